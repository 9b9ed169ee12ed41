// SPDX-License-Identifier: Apache-2.0
#include "search/textbook.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "model/describe.hpp"
#include "model/evaluate.hpp"
#include "model/stopped.hpp"
#include "search/lazy_solver.hpp"

namespace sinew::search {

using sat::Literal;

namespace {

/// The encoding with two Booleans for each phase, "it is true" and "it is false", so that a phase can be neither: an
/// unassigned neuron then constrains nothing. `output` switches the output condition on.
struct SplitEncoding {
    Encoding encoding;
    std::vector<Literal> is_true;   // by phase, in number order
    std::vector<Literal> is_false;  // by phase
    Literal output;
};

SplitEncoding split_phases(Encoding encoding) {
    SplitEncoding split;
    const auto fresh = [&] {
        encoding.meanings.push_back({});
        return Literal(sat::BoolVar(encoding.meanings.size() - 1));
    };
    // Every phase of a neuron with several breakpoints counts, whether it has a number in the file or not.
    std::vector<Literal> falsity(encoding.variable_count());
    for (const Literal phase : encoding.phases) {
        split.is_true.push_back(phase);
        split.is_false.push_back(fresh());
        falsity[phase.variable().index()] = split.is_false.back();
        encoding.clauses.push_back({~split.is_true.back(), ~split.is_false.back()});
    }
    const auto falsity_of = [&](Literal l) {
        return l.variable().index() < falsity.size() ? falsity[l.variable().index()] : Literal();
    };
    const std::size_t exclusions = split.is_false.size();
    for (ConditionalConstraint& conditional : encoding.conditional) {
        const Literal asserted_false = falsity_of(conditional.literal);
        if (asserted_false.valid() && conditional.literal.negated()) conditional.literal = asserted_false;
    }
    for (std::size_t c = 0; c + exclusions < encoding.clauses.size(); ++c) {
        for (Literal& literal : encoding.clauses[c]) {
            // In a clause a phase literal means: its opposite has not been asserted.
            const Literal asserted_false = falsity_of(literal);
            if (asserted_false.valid() && !literal.negated()) literal = ~asserted_false;
        }
    }
    split.output = fresh();
    for (std::vector<Literal>& clause : encoding.output_clauses) clause.push_back(~split.output);
    if (encoding.output_contradiction) encoding.clauses.push_back({~split.output});
    encoding.output_contradiction = false;
    split.encoding = std::move(encoding);
    return split;
}

struct Step {
    std::size_t phase;  // index in number order
    bool value;
    bool decided;
};

class Textbook {
  public:
    Textbook(const model::Query& query, const Limits& limits, Observer& observer)
        : query_(query),
          limits_(limits),
          observer_(observer),
          tracing_(observer.wants_trace()),
          split_(split_phases(encode(query, Purpose::textbook))),
          solver_(split_.encoding, {}),
          assigned_(split_.is_true.size(), false) {}

    model::Verdict run() {
        model::Verdict verdict;
        verdict.status = search(verdict);
        if (tracing_)
            observer_.trace(verdict.status == model::Status::unsat ? "UNSAT"
                            : verdict.status == model::Status::sat ? "SAT"
                                                                   : "UNKNOWN");
        verdict.statistics.add("decisions", static_cast<double>(decisions_));
        verdict.statistics.add("conflicts", static_cast<double>(conflicts_));
        verdict.statistics.add("deductions", static_cast<double>(deductions_));
        verdict.statistics.add(solver_.statistics());
        return verdict;
    }

  private:
    model::Status search(model::Verdict& verdict) {
        while (true) {
            propagate();
            const Answer check = stopped_ ? Answer::unknown : check_sat();
            if (check == Answer::unknown) {
                verdict.reason = std::string(to_string(limits_.reached()));
                return model::status_of(limits_.reached());
            }
            if (check == Answer::unsat) {
                ++conflicts_;
                if (!analyze_and_backtrack()) return model::Status::unsat;
            } else if (trail_.size() == assigned_.size()) {
                verdict.witness = solver_.witness(query_, split_.encoding.booleans);
                return model::Status::sat;
            } else {
                decide();
            }
            observer_.progress({.nodes = decisions_, .conflicts = conflicts_, .depth = trail_.size()});
        }
    }

    std::int64_t number(std::size_t phase) const {
        return split_.encoding.meanings[split_.is_true[phase].variable().index()].number;
    }
    std::int64_t number(const Step& step) const { return step.value ? number(step.phase) : -number(step.phase); }

    /// "a01 = x0 + x1 > 0"
    std::string constraint_text(std::size_t phase, bool value) const {
        const Meaning& meaning = split_.encoding.meanings[split_.is_true[phase].variable().index()];
        const model::Component component = query_.network.component(meaning.neuron);
        std::string text = query_.name(meaning.neuron);
        if (std::holds_alternative<model::AffineLayer>(query_.network.layer(component.layer).operation))
            text += " = " + model::describe(query_, query_.network.affine_form(component.layer, component.index));
        const std::string_view relation =
            value ? (meaning.threshold_inside ? ">=" : ">") : (meaning.threshold_inside ? "<" : "<=");
        return fmt::format("{} {} {}", text, relation, sinew::to_string(meaning.threshold));
    }

    std::vector<Literal> assumptions(bool with_output) const {
        std::vector<Literal> literals;
        for (const Step& step : trail_)
            literals.push_back(step.value ? split_.is_true[step.phase] : split_.is_false[step.phase]);
        for (std::size_t p = 0; p < assigned_.size(); ++p) {
            if (assigned_[p]) continue;
            literals.push_back(~split_.is_true[p]);
            literals.push_back(~split_.is_false[p]);
        }
        literals.push_back(with_output ? split_.output : ~split_.output);
        return literals;
    }

    Answer check(const std::vector<Literal>& literals) {
        const Answer answer = solver_.solve(literals, limits_);
        if (answer == Answer::unknown) stopped_ = true;
        return answer;
    }

    /// Is `phase` = `value` consistent with the input condition and what is assigned?
    Answer probe(std::size_t phase, bool value) {
        std::vector<Literal> literals = assumptions(false);
        std::erase(literals, value ? ~split_.is_true[phase] : ~split_.is_false[phase]);
        literals.push_back(value ? split_.is_true[phase] : split_.is_false[phase]);
        return check(literals);
    }

    void assign(std::size_t phase, bool value, bool decided) {
        trail_.push_back({phase, value, decided});
        assigned_[phase] = true;
    }

    /// Theory propagation, phase by phase in number order, until nothing new follows.
    void propagate() {
        bool told = false;
        for (bool changed = true; changed && !stopped_;) {
            changed = false;
            for (std::size_t p = 0; p < assigned_.size() && !stopped_; ++p) {
                if (assigned_[p]) continue;
                const std::optional<bool> implied = deduce(p);
                if (!implied) continue;
                ++deductions_;
                if (tracing_) {
                    if (!told) observer_.trace("Propagate");
                    told = true;
                    observer_.trace(fmt::format("  Deduction: not {}", constraint_text(p, !*implied)));
                    observer_.trace(fmt::format("  Assign: {}", *implied ? number(p) : -number(p)));
                }
                assign(p, *implied, false);
                changed = true;
            }
        }
    }

    std::optional<bool> deduce(std::size_t phase) {
        for (const bool value : {true, false}) {
            const Answer result = probe(phase, value);
            if (result == Answer::unsat) return !value;
            if (result == Answer::unknown) break;
        }
        return std::nullopt;
    }

    Answer check_sat() {
        const bool complete = trail_.size() == assigned_.size();
        const Answer result = check(assumptions(complete));
        if (tracing_ && result != Answer::unknown) {
            std::vector<std::string> constraints;
            for (const Step& step : trail_) constraints.push_back(constraint_text(step.phase, step.value));
            observer_.trace(fmt::format("Answer SAT: {} [{}]{}", result == Answer::sat ? "sat" : "unsat",
                                        joined(constraints, ", "), complete ? " with the output condition" : ""));
        }
        return result;
    }

    void decide() {
        const auto next = std::find(assigned_.begin(), assigned_.end(), false);
        const auto phase = static_cast<std::size_t>(next - assigned_.begin());
        ++decisions_;
        assign(phase, true, true);
        if (tracing_) observer_.trace(fmt::format("Decide: {} ({})", number(phase), constraint_text(phase, true)));
    }

    /// Negates the whole assignment, what was implied first, then the decisions; flips the last decision.
    bool analyze_and_backtrack() {
        std::vector<std::int64_t> clause;
        for (const bool decided : {false, true})
            for (const Step& step : trail_)
                if (step.decided == decided) clause.push_back(-number(step));
        if (tracing_) observer_.trace(fmt::format("Analyze: T-conflict, clause [{}]", joined(clause, ", ")));
        std::size_t last = trail_.size();
        while (last > 0 && !trail_[last - 1].decided) --last;
        if (last == 0) return false;
        const Step flipped{trail_[last - 1].phase, false, false};
        while (trail_.size() >= last) {
            assigned_[trail_.back().phase] = false;
            trail_.pop_back();
        }
        if (tracing_) {
            const auto level = std::count_if(trail_.begin(), trail_.end(), [](const Step& s) { return s.decided; });
            observer_.trace(fmt::format("Backtrack: level {}, {}", level, number(flipped)));
        }
        assign(flipped.phase, flipped.value, false);
        return true;
    }

    const model::Query& query_;
    Limits limits_;
    Observer& observer_;
    bool tracing_;
    SplitEncoding split_;
    LazySolver solver_;
    std::vector<bool> assigned_;
    std::vector<Step> trail_;
    bool stopped_ = false;
    std::uint64_t decisions_ = 0;
    std::uint64_t conflicts_ = 0;
    std::uint64_t deductions_ = 0;
};

}  // namespace

model::Verdict solve_textbook(const model::Query& query, const Limits& limits, Observer& observer) {
    return Textbook(query, limits, observer).run();
}

}  // namespace sinew::search
