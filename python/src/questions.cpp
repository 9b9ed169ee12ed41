// SPDX-License-Identifier: Apache-2.0
// Questions: conditions as a query, or files.
#include <map>
#include <optional>

#include <pybind11/stl.h>

#include "answers.hpp"
#include "handles.hpp"
#include "numbers.hpp"

namespace sinew::python {

namespace {
/// A query and what the symbols of expressions are in it. Solved again and again; each search begins anew.
class Question {
  public:
    Question() : scope_(std::make_shared<Scope>(adding_to(*query_))) {}
    explicit Question(Query query)
        : query_(std::make_shared<Query>(std::move(query))), scope_(std::make_shared<Scope>(adding_to(*query_))) {
        inputs_ = named_block(query_->inputs(), "x");
        outputs_ = named_block(query_->outputs(), "y");
    }

    void add(const Truth& truth) {
        const Busy busy(*busy_);
        query_->add(scope_->resolved(truth));
    }
    void add_text(const std::string& text) {
        const Busy busy(*busy_);
        query_->add_text(text, "condition");
    }
    void add_owners(const Terms& terms) {
        const Busy busy(*busy_);
        scope_->add(terms.owners);
    }
    void set_objective(const Term& term, bool maximize) {
        const Busy busy(*busy_);
        if (maximize)
            query_->maximize(scope_->resolved(term));
        else
            query_->minimize(scope_->resolved(term));
    }
    Answer solve(const py::dict& options) const {
        const Limits limits = limits_of(options);
        const Busy busy(*busy_);
        return answered(limits, scope_, [this](const SolveOptions& how) { return query_->solve(how); });
    }
    /// Solutions are excluded as they are found: call after call gives one after the other.
    Answer next(const Rational& distance, const Terms& over, bool region, const py::dict& options) {
        const Limits limits = limits_of(options);
        const Busy busy(*busy_);
        Exclusion how{distance, {}, region};
        for (const Expression& value : over.values) how.over.push_back(scope_->resolved(Term{value, over.owners}));
        return answered(limits, scope_,
                        [&](const SolveOptions& options_given) { return query_->next(how, options_given); });
    }
    std::string export_as(const std::string& format) const {
        const Busy busy(*busy_);
        return query_->export_as(format);
    }
    void save(const std::string& path) const {
        const Busy busy(*busy_);
        query_->save(path);
    }
    Terms inputs() const { return inputs_ ? terms_of(inputs_) : Terms{}; }
    Terms outputs() const { return outputs_ ? terms_of(outputs_) : Terms{}; }

  private:
    std::shared_ptr<const Block> named_block(std::vector<Expression> values, const char* name) {
        const auto block = new_block(Block::Kind::fixed, name, {values.size()});
        for (std::size_t i = 0; i < values.size(); ++i) {
            std::string own = query_->name(values[i]);
            block->names.push_back(own.empty() ? std::string(name) + std::to_string(i) : std::move(own));
        }
        if (!values.empty()) scope_->set(block, std::move(values));
        return block;
    }

    std::shared_ptr<Query> query_ = std::make_shared<Query>();
    std::shared_ptr<Scope> scope_;
    std::shared_ptr<const Block> inputs_;
    std::shared_ptr<const Block> outputs_;
    std::unique_ptr<std::atomic<bool>> busy_ = std::make_unique<std::atomic<bool>>(false);
};
}  // namespace

py::object question_of(Query query) {
    return py::cast(Question(std::move(query)));
}

void bind_questions(py::module_& module) {
    py::class_<Question>(module, "Query")
        .def(py::init<>())
        .def_static(
            "from_files",
            [](const std::vector<std::string>& files, const std::vector<std::string>& formats,
               const std::map<std::string, std::string>& texts) {
                FileOptions options{formats};
                const auto take = [&](const char* name, std::optional<std::string>& text) {
                    if (const auto there = texts.find(name); there != texts.end()) text = there->second;
                };
                take("input", options.input_condition);
                take("output", options.output_condition);
                take("minimize", options.minimize);
                take("maximize", options.maximize);
                std::optional<Query> query;
                {
                    const py::gil_scoped_release released;
                    query = Query::from_files(files, options);
                }
                return question_of(std::move(*query));
            },
            py::arg("files"), py::arg("formats"), py::arg("texts"))
        .def_static(
            "about", [](const NetworkHandle& network) { return question_of(Query::about(network.network())); },
            py::arg("network"))
        .def_static(
            "from_text",
            [](const std::string& text, const std::string& format, const std::string& name) {
                std::optional<Query> query;
                {
                    const py::gil_scoped_release released;
                    query = Query::from_text(text, format, name);
                }
                return question_of(std::move(*query));
            },
            py::arg("text"), py::arg("format"), py::arg("name"))
        .def("next", [](Question& q, const py::object& distance, const Terms& over, bool region,
                        const py::dict& options) { return q.next(to_rational(distance), over, region, options); })
        .def("export_as", &Question::export_as)
        .def("save", &Question::save)
        .def("add_text", &Question::add_text, py::arg("text"))
        .def("add", &Question::add, py::arg("condition"))
        .def("add_owners", &Question::add_owners, py::arg("terms"))
        .def("set_objective", &Question::set_objective, py::arg("objective"), py::arg("maximize"))
        .def("solve", &Question::solve, py::arg("options"))
        .def("inputs", &Question::inputs)
        .def("outputs", &Question::outputs);
    module.def(
        "variables",
        [](const std::string& name, const std::vector<std::size_t>& shape, bool is_integer, const py::object& lower,
           const py::object& upper, const py::object& values) {
            const auto block = new_block(is_integer ? Block::Kind::integers : Block::Kind::reals, name, shape);
            if (!lower.is_none()) block->lower = to_rational(lower);
            if (!upper.is_none()) block->upper = to_rational(upper);
            if (!values.is_none())
                for (const py::handle value : values) block->values.push_back(to_integer(value));
            if (block->lower && block->upper && *block->lower > *block->upper)
                throw UsageError("no value of " + name + " is between " + block->lower->get_str() + " and " +
                                 block->upper->get_str());
            return terms_of(block);
        },
        py::arg("name"), py::arg("shape"), py::arg("is_integer"), py::arg("lower"), py::arg("upper"),
        py::arg("values"));
}

}  // namespace sinew::python
