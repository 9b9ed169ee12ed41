// SPDX-License-Identifier: Apache-2.0
// Minimal sets of features that fix an answer.
#include <array>

#include <pybind11/stl.h>

#include "answers.hpp"
#include "common_options.hpp"
#include "handles.hpp"
#include "numbers.hpp"

namespace sinew::python {

namespace {
ExplainOptions explain_options_from(const py::dict& given) {
    ExplainOptions options;
    py::dict limits;
    for (const auto& [key, value] : given) {
        const auto name = key.cast<std::string>();
        if (value.is_none()) continue;
        if (name == "domain") {
            options.domain = ranges_of(value);
        } else if (name == "whole_numbers") {
            options.whole_numbers = value.cast<std::vector<bool>>();
        } else if (name == "epsilon") {
            options.epsilon = to_rational(value);
        } else if (name == "groups") {
            options.groups = value.cast<std::vector<std::vector<std::size_t>>>();
        } else if (name == "order") {
            options.order = value.cast<std::vector<std::size_t>>();
        } else if (name == "tolerance") {
            options.tolerance = to_rational(value);
        } else if (name == "question_timeout") {
            options.question_seconds = value.cast<double>();
        } else {
            limits[key] = value;
        }
    }
    set_limits(limits_of(limits), options);
    return options;
}

template <class AnyNetwork>
py::dict explained(const AnyNetwork& network, const Numbers& input, const py::dict& given, const py::object& on_group) {
    ExplainOptions options = explain_options_from(given);
    Run run;
    if (!on_group.is_none())
        options.on_group = [&](std::size_t group, bool is_freed) { run.call([&] { on_group(group, is_freed); }); };
    Explanation found;
    run([&](const std::atomic<bool>& interrupt) {
        options.interrupt = &interrupt;
        found = explain(network, input.values, options);
    });
    if (run.was_stopped() && !run.was_interrupted()) run.rethrow();
    py::list kept;
    for (const KeptFeature& feature : found.kept)
        kept.append(py::make_tuple(
            feature.group,
            feature.counterexample.empty() ? py::object(py::none()) : py::cast(Numbers{feature.counterexample}),
            feature.class_index));
    py::list steps;
    for (const ExplainStep& step : found.steps)
        steps.append(py::make_tuple(step.groups, std::string(to_string(step.status)), step.decided_by, step.seconds));
    py::dict result;
    result["class_index"] = found.class_index;
    result["kept"] = kept;
    result["freed"] = found.freed;
    result["groups"] = found.groups;
    result["is_minimal"] = found.is_minimal;
    result["reason"] = found.reason;
    result["steps"] = steps;
    result["seconds"] = found.seconds;
    result["interrupted"] = run.was_stopped();
    return result;
}
}  // namespace

void bind_explaining(py::module_& module) {
    module.def("explain",
               [](const NetworkHandle& network, const Numbers& input, const py::dict& options,
                  const py::object& on_group) { return explained(network.network(), input, options, on_group); });
    module.def("explain", &explained<BinarizedNetwork>);
    module.def("explanation_question", [](const NetworkHandle& network, const Numbers& input, const py::dict& options,
                                          const std::vector<std::vector<std::size_t>>& groups,
                                          const std::vector<std::size_t>& freed, std::size_t class_index) {
        Explanation claim;
        claim.groups = groups;
        claim.freed = freed;
        claim.class_index = class_index;
        return question_of(explanation_query(network.network(), input.values, claim, explain_options_from(options)));
    });
}

}  // namespace sinew::python
