// SPDX-License-Identifier: Apache-2.0
// Tells rows and propagators which bounds have changed, and runs those that are woken.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "integer/linear_rows.hpp"
#include "integer/propagator.hpp"

namespace sinew::integer {

/// Rows first, then cheap propagators, then expensive ones, each kind first in, first out; where bounds rise by ones
/// for ever, an expensive one that waits has its turn all the same.
class Dispatcher {
  public:
    explicit Dispatcher(Domains& domains) : domains_(domains) { domains.set_dispatcher(this); }
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    void add_variable();
    /// At level 0.
    Propagator& add(std::unique_ptr<Propagator> propagator);
    LinearRows& rows() { return rows_; }
    const LinearRows& rows() const { return rows_; }
    const std::vector<std::unique_ptr<Propagator>>& propagators() const { return propagators_; }

    void raised(View view, Value before, Value after);
    void lowered(View view, Value before, Value after);

    /// The propagator runs at the next occasion.
    void wake(const Propagator& propagator) { wake(propagator.id()); }
    bool has_work() const { return rows_.has_work() || !cheap_.empty() || !expensive_.empty(); }
    /// For a search that begins.
    void set_limits(const Limits& limits) {
        for (const auto& propagator : propagators_) propagator->set_limits(limits);
    }
    /// Whether optional propagators run below level 0 at all.
    void allow_optional(bool allowed) { optional_allowed_ = allowed; }
    /// Runs one row or propagator that was woken. False: the domains have a conflict.
    bool run_next();
    void forget_work();
    /// Everything that may have something to say, as if it had just been added.
    void wake_all();
    std::uint64_t runs() const { return runs_; }

  private:
    struct Subscriber {
        std::uint32_t propagator;
        std::uint32_t tag;
    };
    /// First in, first out, without moving what waits.
    struct Queue {
        std::vector<std::uint32_t> waiting;
        std::size_t next = 0;
        bool empty() const { return next == waiting.size(); }
        std::uint32_t pop();
        void clear();
    };

    /// How often an optional propagator runs: every so many times that it is woken, less often while nothing comes of
    /// it.
    struct Pace {
        std::uint32_t period = 1;
        std::uint32_t wait = 0;
    };

    void wake(std::uint32_t propagator);
    bool run_optional(std::uint32_t id);

    Domains& domains_;
    LinearRows rows_;
    std::vector<std::unique_ptr<Propagator>> propagators_;
    std::vector<std::uint8_t> queued_;  // by propagator
    std::vector<Cost> cost_;            // by propagator
    std::vector<Pace> pace_;            // by propagator
    bool optional_allowed_ = true;
    std::vector<std::vector<Subscriber>> subscribers_;  // by view
    Queue cheap_;
    Queue expensive_;
    std::uint64_t runs_ = 0;
    std::size_t cheap_in_a_row_ = 0;
};

}  // namespace sinew::integer
