// SPDX-License-Identifier: Apache-2.0
// Binarized networks: files, rows, classes; and training.
#include <map>

#include <pybind11/stl.h>

#include "answers.hpp"
#include "common_options.hpp"
#include "handles.hpp"
#include "numbers.hpp"

namespace sinew::python {

namespace {
TrainingObjective objective_of(const std::string& name) {
    static const std::map<std::string, TrainingObjective> known = {{"min-weight", TrainingObjective::min_weight},
                                                                   {"max-margin", TrainingObjective::max_margin},
                                                                   {"max-accuracy", TrainingObjective::max_accuracy}};
    const auto there = known.find(name);
    if (there == known.end())
        throw py::value_error("an objective is min-weight, max-margin or max-accuracy, not '" + name + "'");
    return there->second;
}

TrainingMethod method_of(const std::string& name) {
    if (name == "exact") return TrainingMethod::exact;
    if (name == "gradient") return TrainingMethod::gradient;
    throw py::value_error("a method is exact or gradient, not '" + name + "'");
}

template <class Value>
void take(const py::dict& given, const char* name, Value& value) {
    if (given.contains(name) && !given[name].is_none()) value = given[name].cast<Value>();
}
template <class Value>
void take(const py::dict& given, const char* name, std::optional<Value>& value) {
    if (given.contains(name) && !given[name].is_none()) value = given[name].cast<Value>();
}
void take(const py::dict& given, const char* name, std::optional<Rational>& value) {
    if (given.contains(name) && !given[name].is_none()) value = to_rational(given[name]);
}

TrainingOptions train_options_from(const py::dict& given, const Limits& limits) {
    TrainingOptions options;
    take(given, "columns", options.columns);
    take(given, "ignored", options.ignored);
    take(given, "categorical", options.categorical);
    take(given, "encoding", options.encoding);
    take(given, "column_encodings", options.column_encodings);
    take(given, "levels", options.levels);
    take(given, "missing", options.missing);
    take(given, "hidden", options.hidden);
    take(given, "zero_weights", options.zero_weights);
    take(given, "sign_outputs", options.sign_outputs);
    if (given.contains("method")) options.method = method_of(given["method"].cast<std::string>());
    if (given.contains("objectives")) {
        options.objectives.clear();
        for (const py::handle name : given["objectives"])
            options.objectives.push_back(objective_of(name.cast<std::string>()));
    }
    take(given, "rho", options.rho);
    take(given, "rho_of_baseline", options.rho_of_baseline);
    take(given, "forbid_perfect", options.forbid_perfect);
    take(given, "class_weights", options.class_weights);
    take(given, "balanced", options.balanced);
    take(given, "robust_epsilon", options.robust_epsilon);
    take(given, "robust_columns", options.robust_columns);
    take(given, "robust_fraction", options.robust_fraction);
    take(given, "robust_soft", options.robust_soft);
    take(given, "end_to_end", options.end_to_end);
    take(given, "fair", options.fair);
    take(given, "epochs", options.epochs);
    take(given, "restarts", options.restarts);
    if (given.contains("warm_start") && !given["warm_start"].is_none())
        options.warm_start = given["warm_start"].cast<BinarizedNetwork>();
    set_limits(limits, options);
    return options;
}

using Rows = std::vector<std::vector<std::string>>;

/// What was trained, and whether Ctrl-C ended it.
py::dict train(const Rows& rows, const std::vector<std::string>& labels, const py::dict& given,
               const py::dict& searching) {
    const Limits limits = limits_of(searching);
    TrainingOptions options = train_options_from(given, limits);
    Run run;
    if (!limits.on_improvement.is_none())
        options.on_improvement = [&](const std::vector<std::int64_t>& values) {
            run.call([&] { limits.on_improvement(py::cast(values)); });
        };
    if (!limits.on_bound.is_none())
        options.on_bound = [&](std::int64_t bound) { run.call([&] { limits.on_bound(bound); }); };
    TrainedNetwork trained;
    run([&](const std::atomic<bool>& interrupt) {
        options.interrupt = &interrupt;
        trained = train_binarized(rows, labels, options);
    });
    if (run.was_stopped() && (!run.was_interrupted() || !trained.network)) run.rethrow();
    py::dict result;
    result["status"] = std::string(to_string(trained.status));
    result["network"] = trained.network ? py::cast(*trained.network) : py::none();
    result["values"] = trained.values;
    result["bound"] = trained.bound;
    result["proof"] = trained.proof;
    result["stopped"] = trained.stopped;
    result["right"] = trained.right;
    result["examples"] = trained.examples;
    result["features"] = trained.features;
    result["notes"] = trained.notes;
    result["seconds"] = trained.seconds;
    result["interrupted"] = run.was_stopped();
    return result;
}
}  // namespace

void bind_training(py::module_& module) {
    py::class_<BinarizedNetwork>(module, "BinarizedNetwork")
        .def_static("load",
                    [](const std::string& path, const std::string& kind) {
                        const py::gil_scoped_release released;
                        return load_binarized_network(path, kind);
                    })
        .def_property_readonly("input_count", &BinarizedNetwork::input_count)
        .def_property_readonly("input_shape",
                               [](const BinarizedNetwork& n) { return py::tuple(py::cast(n.input_shape())); })
        .def_property_readonly("class_count", &BinarizedNetwork::class_count)
        .def_property_readonly("input_kind", &BinarizedNetwork::input_kind)
        .def_property_readonly("weight_count", &BinarizedNetwork::weight_count)
        .def_property_readonly("class_names", &BinarizedNetwork::class_names)
        .def_property_readonly("columns", &BinarizedNetwork::columns)
        .def("scores",
             [](const BinarizedNetwork& n, const Numbers& inputs) { return Numbers{n.scores(inputs.values)}; })
        .def("inputs_of",
             [](const BinarizedNetwork& n, const std::vector<std::string>& row) { return Numbers{n.inputs_of(row)}; })
        .def("predict_rows",
             [](const BinarizedNetwork& n, const Rows& rows) {
                 const py::gil_scoped_release released;
                 return n.predict_rows(rows);
             })
        .def("network", [](const BinarizedNetwork& n) { return NetworkHandle(n.network()); })
        .def("encode", [](const BinarizedNetwork& n, const std::string& format) { return py::bytes(n.encode(format)); })
        .def("save", &BinarizedNetwork::save);
    module.def("train", &train);
}

}  // namespace sinew::python
