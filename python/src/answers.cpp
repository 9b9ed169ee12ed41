// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"

#include <chrono>
#include <cmath>
#include <map>

#include <pybind11/stl.h>

#include "numbers.hpp"

namespace sinew::python {

Limits limits_of(const py::dict& options) {
    Limits limits;
    for (const auto& [key, value] : options) {
        const auto name = key.cast<std::string>();
        if (value.is_none()) continue;
        if (name == "timeout") {
            const double seconds = value.cast<double>();
            if (!(seconds >= 0)) throw py::value_error("a timeout is a number of seconds, 0 or more");
            if (!std::isinf(seconds)) limits.timeout = seconds;
        } else if (name == "memory") {
            const Integer bytes = to_integer(value);
            if (bytes < 1 || !bytes.fits_ulong_p()) throw py::value_error("memory is a number of bytes, 1 or more");
            limits.memory = bytes.get_ui();
        } else if (name == "threads") {
            const Integer threads = to_integer(value);
            if (threads < 0 || threads > 4096)
                throw py::value_error(
                    "threads are 1 or more, 4096 at most, or 0: all processors that this process may use");
            limits.threads = static_cast<int>(threads.get_si());
        } else if (name == "seed") {
            const Integer seed = to_integer(value);
            if (seed < 0 || !seed.fits_ulong_p()) throw py::value_error("a seed is a whole number from 0 to 2^64 - 1");
            limits.seed = seed.get_ui();
        } else if (name == "strategy") {
            static const std::map<std::string, Strategy> known = {{"automatic", Strategy::automatic},
                                                                  {"branch-and-bound", Strategy::branch_and_bound},
                                                                  {"lazy", Strategy::lazy},
                                                                  {"textbook", Strategy::textbook},
                                                                  {"binarized", Strategy::binarized}};
            const auto there = known.find(value.cast<std::string>());
            if (there == known.end())
                throw py::value_error(
                    "there is no such strategy; known are automatic, branch-and-bound, lazy, "
                    "textbook, binarized");
            limits.strategy = there->second;
        } else if (name == "settings") {
            limits.settings = value.cast<std::vector<std::string>>();
        } else if (name == "on_progress") {
            limits.on_progress = py::reinterpret_borrow<py::object>(value);
        } else if (name == "on_improvement") {
            limits.on_improvement = py::reinterpret_borrow<py::object>(value);
        } else if (name == "on_bound") {
            limits.on_bound = py::reinterpret_borrow<py::object>(value);
        } else {
            throw py::type_error("there is no option '" + name + "'");
        }
    }
    return limits;
}

Answer answered(const Limits& limits, std::shared_ptr<const Scope> scope,
                const std::function<Solution(const SolveOptions&)>& solve) {
    Run run;
    Answer answer;
    answer.blocks = scope->blocks().size();
    const auto begin = std::chrono::steady_clock::now();
    run([&](const std::atomic<bool>& interrupt) {
        SolveOptions options;
        {
            const py::gil_scoped_acquire acquired;  // callbacks are Python's
            options = options_of(limits, run, interrupt);
        }
        answer.solution = solve(options);
    });
    answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    answer.scope = std::move(scope);
    if (run.was_stopped()) {
        const Status status = answer.solution.status();
        if (!run.was_interrupted() || (status != Status::feasible && status != Status::optimal)) run.rethrow();
        answer.interrupted = true;
    }
    return answer;
}

namespace {
Terms of_blocks(const Answer& answer, bool inputs) {
    Terms result;
    for (std::size_t i = 0; i < answer.blocks; ++i) {
        const auto& block = answer.scope->blocks()[i];
        const bool is_input = block->kind == Block::Kind::reals || block->kind == Block::Kind::integers;
        if (is_input != inputs) continue;
        const Terms more = terms_of(block);
        result.values.insert(result.values.end(), more.values.begin(), more.values.end());
        result.owners = merged(result.owners, more.owners);
    }
    return result;
}
}  // namespace

void bind_answers(py::module_& module) {
    py::class_<Answer>(module, "Answer")
        .def_property_readonly("status", [](const Answer& a) { return std::string(to_string(a.solution.status())); })
        .def_property_readonly("reason", [](const Answer& a) { return a.solution.reason(); })
        .def_property_readonly("decided_by", [](const Answer& a) { return a.solution.decided_by(); })
        .def_property_readonly("has_values", [](const Answer& a) { return a.solution.has_values(); })
        .def_property_readonly("seconds", [](const Answer& a) { return a.seconds; })
        .def_property_readonly("interrupted", [](const Answer& a) { return a.interrupted; })
        .def_property_readonly("statistics",
                               [](const Answer& a) {
                                   py::dict result;
                                   for (const auto& [name, value] : a.solution.statistics())
                                       result[py::str(name)] = value;
                                   return result;
                               })
        .def_property_readonly("objective", [](const Answer& a) { return to_fraction(a.solution.objective()); })
        .def_property_readonly("bound",
                               [](const Answer& a) -> py::object {
                                   if (!a.solution.bound()) return py::none();
                                   return to_fraction(*a.solution.bound());
                               })
        .def_property_readonly(
            "blocks",
            [](const Answer& a) {
                py::list result;
                for (std::size_t i = 0; i < a.blocks; ++i) {
                    const auto& block = a.scope->blocks()[i];
                    result.append(py::make_tuple(block->name, block->kind, shape_of(*block), terms_of(block)));
                }
                return result;
            })
        .def("value", [](const Answer& a,
                         const Term& term) { return to_fraction(a.solution.value(a.scope->known(term, a.blocks))); })
        .def("error", [](const Answer& a,
                         const Term& term) { return to_fraction(a.solution.error(a.scope->known(term, a.blocks))); })
        .def("holds",
             [](const Answer& a, const Truth& truth) { return a.solution.holds(a.scope->known(truth, a.blocks)); })
        .def("values",
             [](const Answer& a, const Terms& all) {
                 Numbers result;
                 for (const Expression& value : all.values)
                     result.values.push_back(a.solution.value(a.scope->known(Term{value, all.owners}, a.blocks)));
                 return result;
             })
        .def("inputs", [](const Answer& a) { return of_blocks(a, true); })
        .def("outputs", [](const Answer& a) { return of_blocks(a, false); });
}

}  // namespace sinew::python
