// SPDX-License-Identifier: Apache-2.0
// Searches beside the interpreter: its lock is released, Ctrl-C stops them.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <pybind11/pybind11.h>
#include <sinew/solution.hpp>

namespace sinew::python {

namespace py = pybind11;

/// How a search is run, as Python gives it.
struct Limits {
    std::optional<double> timeout;
    std::optional<std::size_t> memory;
    int threads = 1;
    std::uint64_t seed = 0;
    py::object on_improvement = py::none();  ///< called with a Fraction
    py::object on_bound = py::none();
    py::object on_progress = py::none();  ///< called with nodes, open, conflicts, depth
    Strategy strategy = Strategy::automatic;
    std::vector<std::string> settings{};
};

/// What was run until Ctrl-C, a signal handler of Python, or a callback that raised ended it; what was raised is kept.
class Run {
  public:
    /// Runs `work` without the interpreter's lock, in a thread of its own while the main thread looks after signals.
    /// `interrupt` becomes true when Python wants an end. What `work` throws is thrown here.
    void operator()(const std::function<void(const std::atomic<bool>& interrupt)>& work);
    /// Calls Python from within work: false, and the end of the search, where it raised.
    bool call(const std::function<void()>& python);
    /// Raises what ended the search, if anything did.
    void rethrow();
    bool was_stopped() const { return raised_.has_value(); }
    /// By KeyboardInterrupt.
    bool was_interrupted() const { return raised_ && raised_->matches(PyExc_KeyboardInterrupt); }

  private:
    void keep(py::error_already_set& error);

    std::atomic<bool> interrupt_{false};
    std::optional<py::error_already_set> raised_;
};

/// The options of a search; `run` must outlive them.
SolveOptions options_of(const Limits& limits, Run& run, const std::atomic<bool>& interrupt);

}  // namespace sinew::python
