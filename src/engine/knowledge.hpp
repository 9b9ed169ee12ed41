// SPDX-License-Identifier: Apache-2.0
// What is known of a query, whoever found it out. Engines read it when a turn of theirs begins and write to it when it
// ends, at their safe points; nothing is ever taken back.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/answer.hpp"
#include "engine/literal.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::engine {

/// What proves an entry. None is written yet: proofs of networks are to hang here.
using ProofStep = StrongId<struct ProofStepTag>;

/// Counts the entries: what came later than a revision is what has a larger one.
using Revision = std::uint64_t;

/// Everything is said of all solutions of one query. Safe between threads.
class Knowledge {
  public:
    explicit Knowledge(const model::Query& query) : query_(query) {}
    Knowledge(const Knowledge&) = delete;
    Knowledge& operator=(const Knowledge&) = delete;

    const model::Query& query() const { return query_; }

    /// Every solution satisfies `bound`. Bounds that contradict each other refute the query.
    void raise(const Literal& bound, std::string_view by, ProofStep step = {}) { raise({&bound, 1}, by, step); }
    void raise(std::span<const Literal> bounds, std::string_view by, ProofStep step = {});
    /// Every solution satisfies one of `clause`; an empty clause refutes the query.
    void learn(std::span<const Literal> clause, std::string_view by, ProofStep step = {});
    /// A solution, confirmed exactly by who tells it.
    void found(model::Witness witness, std::string_view by);
    /// The query has no solution.
    void refuted(std::string_view by, ProofStep step = {});

    /// A solution has objective `value` (better than those before, or it is not kept).
    void improved(const Rational& value, model::Witness witness, std::string_view by);
    /// No solution is better than `bound`.
    void objective_bound(const Rational& bound, std::string_view by, ProofStep step = {});

    /// Of a decision: sat, unsat, or unknown as yet. The first answer stays.
    Answer answer() const { return answer_.load(std::memory_order_acquire); }
    /// Becomes true with the first answer; for Limits::until.
    const std::atomic<bool>& answered() const { return answered_; }
    std::string_view decided_by() const;
    /// The witness of the answer, or of the best value.
    std::optional<model::Witness> witness() const;
    std::optional<Rational> best_value() const;
    std::optional<Rational> best_bound() const;

    Revision revision() const { return revision_.load(std::memory_order_acquire); }
    struct Bounds {
        double lower;
        double upper;
    };
    /// The best bounds of a subject; infinite where nobody has told any.
    Bounds bounds(Subject subject) const;
    /// The bounds told since `since`, each of them once, in the order of their subjects.
    std::vector<Literal> bounds_since(Revision since) const;
    /// The clauses told since `since`, in the order that they came.
    std::vector<std::vector<Literal>> clauses_since(Revision since) const;

  private:
    struct BoundEntry {
        double value;
        Revision revision = 0;  ///< 0: nobody has told any
        ProofStep step;
    };
    struct ClauseEntry {
        std::vector<Literal> literals;
        Revision revision;
        ProofStep step;
    };
    bool conclude(Answer answer, std::string_view by, ProofStep step);

    const model::Query& query_;
    mutable std::mutex mutex_;
    std::atomic<Answer> answer_{Answer::unknown};
    std::atomic<bool> answered_{false};
    std::atomic<Revision> revision_{0};
    BoundEntry& entry(Subject subject, Side side);
    std::vector<BoundEntry> bounds_;  ///< by subject and side; grows to the last subject that somebody bounded
    std::vector<ClauseEntry> clauses_;
    std::optional<model::Witness> witness_;
    std::optional<Rational> value_;
    std::optional<Rational> objective_bound_;
    ProofStep conclusion_;
    ProofStep objective_step_;
    std::string_view decided_by_;
};

}  // namespace sinew::engine
