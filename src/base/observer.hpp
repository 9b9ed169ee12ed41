// SPDX-License-Identifier: Apache-2.0
// How a long run tells what it does. Libraries never print: the command line implements this.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace sinew {

/// A look at a running search. Counts that make no sense for a search stay 0.
struct Progress {
    std::uint64_t nodes = 0;
    std::uint64_t open = 0;
    std::uint64_t conflicts = 0;
    std::uint64_t depth = 0;
    double bound = -std::numeric_limits<double>::infinity();
};

/// Listens to a run; every member may be called from a worker, one at a time. The defaults do nothing.
class Observer {
  public:
    virtual ~Observer() = default;
    virtual void progress(const Progress&) {}
    /// A sentence for the log, without a newline.
    virtual void message(std::string_view) {}
    /// Whether the run shall be told step by step through trace(): asked once, at the start.
    virtual bool wants_trace() const { return false; }
    /// A line of that account, without a newline.
    virtual void trace(std::string_view) {}
};

}  // namespace sinew
