// SPDX-License-Identifier: Apache-2.0
// sinew.Model: variables, constraints, neurons, an objective.
#include <pybind11/stl.h>

#include "answers.hpp"
#include "numbers.hpp"

namespace sinew::python {

namespace {
class ModelHandle {
  public:
    explicit ModelHandle(std::uint64_t seed)
        : model_(std::make_shared<Model>(seed)), scope_(std::make_shared<Scope>(adding_to(*model_))) {}

    void add_owners(const Terms& terms) {
        const Busy busy(*busy_);
        scope_->add(terms.owners);
    }
    void add(const Truth& truth) {
        const Busy busy(*busy_);
        model_->add(scope_->resolved(truth));
    }
    Term indicator(const Truth& truth, const std::string& name) {
        const Busy busy(*busy_);
        return own(model_->indicator(scope_->resolved(truth)), name);
    }
    Term neuron(const Activation& activation, const Term& argument, const Integer& steps, bool literal,
                const std::string& name) {
        const Busy busy(*busy_);
        const Precision precision{steps, literal ? PrecisionReading::literal : PrecisionReading::scaled};
        return own(model_->add_neuron(activation, scope_->resolved(argument), precision), name);
    }
    Term apply(const Activation& activation, const Term& argument, const std::string& name) {
        const Busy busy(*busy_);
        return own(model_->apply(activation, scope_->resolved(argument)), name);
    }
    Term maximum(const Terms& members, const std::string& name) {
        const Busy busy(*busy_);
        std::vector<Expression> values;
        for (const Expression& member : members.values)
            values.push_back(scope_->resolved(Term{member, members.owners}));
        return own(model_->maximum(values), name);
    }
    void set_objective(const Term& objective, bool maximize) {
        const Busy busy(*busy_);
        if (maximize)
            model_->maximize(scope_->resolved(objective));
        else
            model_->minimize(scope_->resolved(objective));
    }
    Answer solve(const py::dict& options) {
        const Limits limits = limits_of(options);
        const Busy busy(*busy_);
        return answered(limits, scope_, [this](const SolveOptions& how) { return model_->solve(how); });
    }

    Answer next(const Rational& distance, const Terms& over, const py::dict& options) {
        const Limits limits = limits_of(options);
        const Busy busy(*busy_);
        Exclusion how{distance, {}, false};
        for (const Expression& value : over.values) how.over.push_back(scope_->resolved(Term{value, over.owners}));
        return answered(limits, scope_, [&](const SolveOptions& given) { return model_->next(how, given); });
    }

    std::string export_as(const std::string& format) {
        const Busy busy(*busy_);
        return model_->export_as(format);
    }

  private:
    Term own(Expression value, const std::string& name) {
        const auto block = new_block(Block::Kind::fixed, name, {});
        scope_->set(block, {std::move(value)});
        return Term{symbol(block->first), {block}};
    }

    std::shared_ptr<Model> model_;
    std::shared_ptr<Scope> scope_;
    std::unique_ptr<std::atomic<bool>> busy_ = std::make_unique<std::atomic<bool>>(false);
};
}  // namespace

void bind_models(py::module_& module) {
    py::class_<ModelHandle>(module, "Model")
        .def(py::init<std::uint64_t>(), py::arg("seed"))
        .def("add_owners", &ModelHandle::add_owners)
        .def("add", &ModelHandle::add)
        .def("indicator", &ModelHandle::indicator)
        .def("neuron",
             [](ModelHandle& m, const Activation& activation, const Term& argument, const py::object& steps,
                bool literal,
                const std::string& name) { return m.neuron(activation, argument, to_integer(steps), literal, name); })
        .def("apply", &ModelHandle::apply)
        .def("maximum", &ModelHandle::maximum)
        .def("set_objective", &ModelHandle::set_objective)
        .def("next", [](ModelHandle& m, const py::object& distance, const Terms& over,
                        const py::dict& options) { return m.next(to_rational(distance), over, options); })
        .def("export_as", &ModelHandle::export_as)
        .def("solve", &ModelHandle::solve);
}

}  // namespace sinew::python
