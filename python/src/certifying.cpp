// SPDX-License-Identifier: Apache-2.0
// Robustness over data sets.
#include <array>
#include <variant>

#include <pybind11/stl.h>

#include "answers.hpp"
#include "common_options.hpp"
#include "handles.hpp"
#include "numbers.hpp"

namespace sinew::python {

std::vector<Range> ranges_of(py::handle pairs) {
    std::vector<Range> ranges;
    for (const py::handle pair : pairs) {
        const auto ends = pair.cast<std::array<py::object, 2>>();
        Range added;
        if (!ends[0].is_none()) added.lower = to_rational(ends[0]);
        if (!ends[1].is_none()) added.upper = to_rational(ends[1]);
        ranges.push_back(std::move(added));
    }
    return ranges;
}

namespace {
py::object fraction_or_none(const std::optional<Rational>& value) {
    if (!value) return py::none();
    return to_fraction(*value);
}

py::dict told(const AtEpsilon& answer) {
    py::dict result;
    result["epsilon"] = fraction_or_none(answer.epsilon);
    result["status"] = std::string(to_string(answer.status));
    result["reason"] = answer.reason;
    result["decided_by"] = answer.decided_by;
    result["seconds"] = answer.seconds;
    return result;
}

py::dict told(const CriticalEpsilon& critical) {
    py::dict result;
    result["bound"] = to_fraction(critical.bound);
    result["distance"] = fraction_or_none(critical.distance);
    result["is_proven"] = critical.is_proven;
    result["reason"] = critical.reason;
    result["seconds"] = critical.seconds;
    return result;
}

py::dict told(const Certificate& certificate) {
    py::dict result;
    result["status"] = std::string(to_string(certificate.status));
    result["reason"] = certificate.reason;
    result["decided_by"] = certificate.decided_by;
    result["predicted"] = certificate.predicted;
    result["wrong_class"] = certificate.status == CertifyStatus::wrong ? py::cast(certificate.wrong_class) : py::none();
    py::list answers;
    for (const AtEpsilon& answer : certificate.answers) answers.append(told(answer));
    result["answers"] = answers;
    result["critical"] = certificate.critical ? py::object(told(*certificate.critical)) : py::none();
    result["adversarial"] = py::none();
    if (certificate.adversarial)
        result["adversarial"] =
            py::make_tuple(Numbers{certificate.adversarial->input}, certificate.adversarial->class_index,
                           to_fraction(certificate.adversarial->distance));
    result["seconds"] = certificate.seconds;
    return result;
}

std::vector<Rational> rationals(py::handle values) {
    std::vector<Rational> result;
    for (const py::handle value : values) result.push_back(to_rational(value));
    return result;
}

Norm norm_of(const std::string& name) {
    if (name == "inf") return Norm::infinity;
    if (name == "1") return Norm::one;
    if (name == "2") return Norm::two;
    if (name == "0") return Norm::zero;
    throw py::value_error("a norm is inf, 1, 2 or 0, not '" + name + "'");
}

/// The options that every search has come from limits_of().
CertifyOptions certify_options_from(const py::dict& given) {
    CertifyOptions options;
    py::dict limits;
    for (const auto& [key, value] : given) {
        const auto name = key.cast<std::string>();
        if (value.is_none()) continue;
        if (name == "norm") {
            options.norm = norm_of(py::str(value).cast<std::string>());
        } else if (name == "epsilons") {
            options.epsilons = rationals(value);
        } else if (name == "minimal") {
            options.minimal = value.cast<bool>();
        } else if (name == "largest") {
            options.largest = to_rational(value);
        } else if (name == "precision") {
            options.precision = to_rational(value);
        } else if (name == "ties_are_violations") {
            options.ties_are_violations = value.cast<bool>();
        } else if (name == "targets") {
            options.targets = value.cast<std::vector<std::size_t>>();
        } else if (name == "top_k") {
            options.top_k = value.cast<std::size_t>();
        } else if (name == "only") {
            options.only = value.cast<std::vector<std::size_t>>();
        } else if (name == "own_limits") {
            for (const auto& [input, limit] : value.cast<py::dict>()) {
                OwnLimit own{input.cast<std::size_t>(), std::nullopt};
                if (!limit.is_none()) own.limit = to_rational(limit);
                options.own_limits.push_back(std::move(own));
            }
        } else if (name == "domain") {
            options.domain = ranges_of(value);
        } else if (name == "mean") {
            options.mean = rationals(value);
        } else if (name == "deviation") {
            options.deviation = rationals(value);
        } else if (name == "question_timeout") {
            options.question_seconds = value.cast<double>();
        } else {
            limits[key] = value;
        }
    }
    set_limits(limits_of(limits), options);
    return options;
}

std::vector<std::vector<Rational>> rows_of(const Numbers& numbers, std::size_t columns) {
    if (columns > 0 && numbers.values.size() % columns != 0)
        throw UsageError("examples have not as many numbers as the network has inputs");
    std::vector<std::vector<Rational>> rows;
    for (auto at = numbers.values.begin(); columns > 0 && at != numbers.values.end();) {
        const auto end = at + static_cast<std::ptrdiff_t>(columns);
        rows.emplace_back(at, end);
        at = end;
    }
    return rows;
}

/// Certificates as dicts, and whether Ctrl-C ended the run.
template <class AnyNetwork>
py::tuple certify(const AnyNetwork& network, const Numbers& inputs, const std::vector<std::size_t>& labels,
                  const py::dict& given, const py::object& told_to) {
    CertifyOptions options = certify_options_from(given);
    const auto rows = rows_of(inputs, network.input_count());
    Run run;
    std::vector<Certificate> certificates;
    run([&](const std::atomic<bool>& interrupt) {
        options.interrupt = &interrupt;
        Certifier certifier(network, options);
        certificates = certifier.certify_all(rows, labels, [&](std::size_t row, const Certificate& certificate) {
            run.call([&] {
                if (!told_to.is_none()) told_to(row, told(certificate));
            });
        });
    });
    if (run.was_stopped() && !run.was_interrupted()) run.rethrow();
    py::list result;
    for (const Certificate& certificate : certificates) result.append(told(certificate));
    return py::make_tuple(result, run.was_stopped());
}

/// Classes by exact evaluation.
template <class AnyNetwork>
std::vector<std::size_t> predict(const AnyNetwork& network, const Numbers& inputs, const py::dict& given) {
    const CertifyOptions options = certify_options_from(given);
    const auto rows = rows_of(inputs, network.input_count());
    std::vector<std::size_t> classes;
    Run run;
    run([&](const std::atomic<bool>& interrupt) {
        Certifier certifier(network, options);
        for (const auto& row : rows) {
            if (interrupt) return;
            classes.push_back(certifier.predict(row));
        }
    });
    run.rethrow();
    return classes;
}
}  // namespace

void bind_certifying(py::module_& module) {
    module.def("load_classifier", [](const std::string& path, const std::string& kind) -> py::object {
        std::variant<Network, BinarizedNetwork> loaded = [&] {
            const py::gil_scoped_release released;
            return load_classifier(path, kind);
        }();
        if (auto* network = std::get_if<Network>(&loaded)) return py::cast(NetworkHandle(std::move(*network)));
        return py::cast(std::get<BinarizedNetwork>(loaded));
    });
    module.def("certify",
               [](const NetworkHandle& network, const Numbers& inputs, const std::vector<std::size_t>& labels,
                  const py::dict& options,
                  const py::object& told_to) { return certify(network.network(), inputs, labels, options, told_to); });
    module.def("certify", &certify<BinarizedNetwork>);
    module.def("predict", [](const NetworkHandle& network, const Numbers& inputs, const py::dict& options) {
        return predict(network.network(), inputs, options);
    });
    module.def("predict", &predict<BinarizedNetwork>);
}

}  // namespace sinew::python
