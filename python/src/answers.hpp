// SPDX-License-Identifier: Apache-2.0
// The answer of a search, and the values of what was asked.
#pragma once

#include <memory>

#include <sinew/sinew.hpp>

#include "scope.hpp"
#include "search.hpp"

namespace sinew::python {

struct Answer {
    Solution solution;
    std::shared_ptr<const Scope> scope;
    std::size_t blocks = 0;  ///< of the scope, when the search began
    double seconds = 0;
    bool interrupted = false;  ///< Python ended the search
};

/// Runs solve(options) and keeps the scope. What Python raised meanwhile is raised, but Ctrl-C where there is a best
/// solution so far to be kept: then the answer says `interrupted`.
Answer answered(const Limits& limits, std::shared_ptr<const Scope> scope,
                const std::function<Solution(const SolveOptions&)>& solve);
Limits limits_of(const py::dict& options);
/// A query that was read, as Python's Query.
py::object question_of(Query query);

/// For one thread at a time: who comes while another one searches is told so.
class Busy {
  public:
    explicit Busy(std::atomic<bool>& flag) : flag_(flag) {
        if (flag_.exchange(true)) throw UsageError("another thread is using this model or question");
    }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    ~Busy() { flag_ = false; }

  private:
    std::atomic<bool>& flag_;
};

void bind_answers(py::module_& module);
void bind_networks(py::module_& module);
void bind_questions(py::module_& module);
void bind_models(py::module_& module);
/// Pairs (lower, upper), None where there is no bound.
std::vector<Range> ranges_of(py::handle pairs);

void bind_explaining(py::module_& module);
void bind_certifying(py::module_& module);
void bind_training(py::module_& module);

}  // namespace sinew::python
