// SPDX-License-Identifier: Apache-2.0
// Several threads on one question of clause learning: the question is split into cubes (literals that are assumed),
// each of which one solver refutes or satisfies; a solver that has nothing to do gets half of another's cube, and all
// tell each other what short clauses they learn.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "base/run_together.hpp"
#include "base/statistics.hpp"

namespace sinew {

/// A solver of the question, one of several that agree in what their literals mean and in what they take for granted:
/// what one of them refutes no other could satisfy. For one thread. `Literal` has ~ and ==.
template <class Literal>
class CubeSolver {
  public:
    using Clauses = std::vector<std::vector<Literal>>;

    CubeSolver() = default;
    CubeSolver(const CubeSolver&) = delete;
    CubeSolver& operator=(const CubeSolver&) = delete;
    virtual ~CubeSolver() = default;

    /// Decides the question under `cube`. unknown: a limit; called again, with this cube or another, it goes on with
    /// what it has learned. `slice`: when the search is to be interrupted; `turn`: what ends also what begins anew when
    /// it is interrupted, such as a linear program.
    virtual Answer solve(std::span<const Literal> cube, const Limits& slice, const Limits& turn) = 0;
    virtual std::uint64_t conflicts() const = 0;
    /// After unsat: literals of the cube that cannot be true together; none: nothing can be satisfied any more.
    virtual std::span<const Literal> failed() const = 0;
    /// A literal by which to halve the cube, undefined under it, its likelier side; absent where there is none.
    virtual std::optional<Literal> split(std::span<const Literal> cube) = 0;
    /// Adds the clauses learned since the last call that the others should know. They follow from the question alone.
    virtual void give(Clauses& clauses) = 0;
    /// A clause that another has learned.
    virtual void take(std::span<const Literal> clause) = 0;
};

/// The state of the search: it can pause and go on.
template <class Literal>
class Cubes {
  public:
    using Cube = std::vector<Literal>;
    using Solver = CubeSolver<Literal>;

    /// Between two looks at what the others want and know a solver works so long at least.
    static constexpr Effort usual_slice = effort_per_second / 50;

    /// Under `assumptions`.
    explicit Cubes(std::span<const Literal> assumptions = {}, Effort shortest_slice = usual_slice)
        : assumptions_(assumptions.begin(), assumptions.end()),
          shortest_slice_(shortest_slice),
          is_used_(assumptions.size(), false),
          open_{assumptions_} {}

    /// Works with these solvers, each in a thread of its own, until there is an answer, or a limit is reached or one of
    /// them gives up (unknown). Always the same solvers, in the same order. `turn`'s effort is that of each thread.
    Answer run(std::span<Solver* const> solvers, const Limits& turn) {
        told_.resize(solvers.size(), 0);
        slices_.resize(solvers.size(), shortest_slice_);
        stopped_ = false;
        run_together(
            solvers.size(), turn,
            [&](std::size_t worker, std::size_t, const Limits& own) { work(worker, *solvers[worker], own); },
            [&] { stop(); });
        return answer_;
    }

    /// After sat: which solver has the model.
    std::size_t winner() const { return winner_; }
    /// After unsat: the assumptions that were needed.
    std::vector<Literal> failed_assumptions() const {
        std::vector<Literal> failed;
        for (std::size_t a = 0; a < assumptions_.size(); ++a)
            if (is_used_[a]) failed.push_back(assumptions_[a]);
        return failed;
    }
    void report(Statistics& statistics) const {
        statistics.add("cube_splits", static_cast<double>(splits_));
        statistics.add("cubes_refuted", static_cast<double>(refuted_));
        statistics.add("clauses_shared", static_cast<double>(forgotten_ + clauses_.size()));
    }

  private:
    /// Slices are so long that there is some conflict in each.
    static constexpr std::uint64_t few_conflicts = 8;
    static constexpr std::uint64_t many_conflicts = 64;
    static constexpr std::chrono::milliseconds longest_wait{20};

    struct Told {
        Cube clause;
        std::size_t by;
    };

    bool is_over() const { return stopped_ || answer_ != Answer::unknown; }

    void stop() {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        changed_.notify_all();
    }

    void work(std::size_t worker, Solver& solver, const Limits& limits) {
        while (std::optional<Cube> cube = next_cube(limits)) {
            try {
                while (cube) step(worker, solver, limits, cube);
            } catch (...) {
                put_back(std::move(cube));
                throw;
            }
        }
    }

    /// Waits for one; absent when all is over.
    std::optional<Cube> next_cube(const Limits& limits) {
        std::unique_lock lock(mutex_);
        ++waiting_;
        while (!is_over() && open_.empty()) {
            changed_.wait_for(lock, longest_wait);
            if (!is_over() && limits.exceeded()) {
                stopped_ = true;
                changed_.notify_all();
            }
        }
        --waiting_;
        if (is_over()) return std::nullopt;
        // The shortest, which is the largest.
        const auto largest = std::min_element(open_.begin(), open_.end(),
                                              [](const Cube& a, const Cube& b) { return a.size() < b.size(); });
        Cube cube = std::move(*largest);
        open_.erase(largest);
        ++busy_;
        return cube;
    }

    void put_back(std::optional<Cube> cube) {
        const std::lock_guard lock(mutex_);
        if (cube) open_.push_back(std::move(*cube));
        --busy_;  // last: a cube that an exception has lost is not taken for a refuted one
    }

    /// A slice of the work on the cube; it is gone when it is refuted, or lies with the open ones again.
    void step(std::size_t worker, Solver& solver, const Limits& limits, std::optional<Cube>& cube) {
        for (const Cube& clause : news(worker)) solver.take(clause);
        Effort& slice = slices_[worker];
        Limits own = limits.within_effort(std::min(slice, limits.effort_left()));
        // Not all that solvers do is counted as effort, and the others wait in time.
        if (slice >= usual_slice) own = own.within(static_cast<double>(slice) / static_cast<double>(effort_per_second));
        const std::uint64_t before = solver.conflicts();
        const Answer answer = solver.solve(*cube, own, limits);
        const std::uint64_t conflicts = solver.conflicts() - before;
        if (answer == Answer::unknown && conflicts < few_conflicts) slice *= 2;
        if (conflicts > many_conflicts) slice = std::max(shortest_slice_, slice / 2);
        typename Solver::Clauses learned;
        solver.give(learned);
        // The turn is over, or a limit of the solver's own.
        const bool ends = answer == Answer::unknown && (limits.exceeded() || !own.exceeded());
        std::unique_lock lock(mutex_);
        for (Cube& clause : learned) clauses_.push_back({std::move(clause), worker});
        if (answer == Answer::sat && answer_ == Answer::unknown) {
            answer_ = Answer::sat;
            winner_ = worker;
        }
        if (answer == Answer::unsat) refute(worker, solver.failed());
        stopped_ = stopped_ || ends;
        if (answer != Answer::unknown || is_over()) {
            if (answer == Answer::unknown) open_.push_back(std::move(*cube));
            cube.reset();
            --busy_;
            if (answer == Answer::unsat && busy_ == 0 && open_.empty() && answer_ == Answer::unknown)
                answer_ = Answer::unsat;
            if (is_over()) changed_.notify_all();
            return;
        }
        if (waiting_ <= open_.size()) return;
        lock.unlock();
        const std::optional<Literal> literal = solver.split(*cube);
        if (!literal) return;
        Cube other = *cube;
        other.push_back(~*literal);
        Cube half = *cube;
        half.push_back(*literal);
        lock.lock();
        open_.push_back(std::move(other));
        *cube = std::move(half);
        ++splits_;
        changed_.notify_one();
    }

    /// The clause of what failed serves the others; without a literal it is the end.
    void refute(std::size_t worker, std::span<const Literal> failed) {
        ++refuted_;
        Cube clause;
        bool is_general = true;
        for (const Literal& literal : failed) {
            clause.push_back(~literal);
            const auto place = std::find(assumptions_.begin(), assumptions_.end(), literal);
            if (place == assumptions_.end())
                is_general = false;
            else
                is_used_[static_cast<std::size_t>(place - assumptions_.begin())] = true;
        }
        if (is_general && answer_ == Answer::unknown) {
            std::fill(is_used_.begin(), is_used_.end(), false);
            for (std::size_t a = 0; a < assumptions_.size(); ++a)
                is_used_[a] = std::find(failed.begin(), failed.end(), assumptions_[a]) != failed.end();
            answer_ = Answer::unsat;
        }
        if (!clause.empty()) clauses_.push_back({std::move(clause), worker});
    }

    /// What the others have told since the last time.
    std::vector<Cube> news(std::size_t worker) {
        const std::lock_guard lock(mutex_);
        std::vector<Cube> result;
        for (; told_[worker] < forgotten_ + clauses_.size(); ++told_[worker])
            if (const Told& told = clauses_[told_[worker] - forgotten_]; told.by != worker)
                result.push_back(told.clause);
        for (const std::size_t known_to_all = *std::min_element(told_.begin(), told_.end()); forgotten_ < known_to_all;
             ++forgotten_)
            clauses_.pop_front();
        return result;
    }

    const Cube assumptions_;
    const Effort shortest_slice_;
    std::vector<bool> is_used_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Cube> open_;
    std::deque<Told> clauses_;       ///< those that not all know yet
    std::size_t forgotten_ = 0;      ///< clauses before these
    std::vector<std::size_t> told_;  ///< by solver: clauses before this one it knows
    std::vector<Effort> slices_;     ///< by solver: of its next
    std::size_t waiting_ = 0;
    std::size_t busy_ = 0;
    Answer answer_ = Answer::unknown;
    std::size_t winner_ = 0;
    bool stopped_ = false;  ///< this turn
    std::uint64_t splits_ = 0;
    std::uint64_t refuted_ = 0;
};

}  // namespace sinew
