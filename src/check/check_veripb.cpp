// SPDX-License-Identifier: Apache-2.0
#include "check/check_veripb.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>

#include <fmt/core.h>

#include "check/pb_propagator.hpp"

namespace sinew::check {

namespace {

using Words = std::span<const std::string>;

[[noreturn]] void refuse(std::string reason) {
    throw RefusedStep(reason);
}

std::optional<Wide> number_of(std::string_view word) {
    const bool negative = word.starts_with('-');
    if (negative || word.starts_with('+')) word.remove_prefix(1);
    if (word.empty() || word.find_first_not_of("0123456789") != std::string_view::npos) return {};
    Wide number = 0;
    for (const char digit : word) number = checked_sum(checked_product(number, 10), digit - '0');
    return negative ? -number : number;
}

Wide integer(std::string_view word) {
    const std::optional<Wide> number = number_of(word);
    if (!number) refuse(fmt::format("`{}` is no integer", word));
    return *number;
}

/// One proof: the rows, the best solution so far, and what is asked.
class ProofOfRows {
  public:
    explicit ProofOfRows(const model::PseudoBoolean& problem)
        : problem_(problem), rows_(problem.variable_count), value_(problem.variable_count + 1) {
        for (std::size_t i = 0; i < problem.names.size(); ++i)
            variable_of_.emplace(problem.names[i], static_cast<std::int32_t>(i) + 1);
        for (std::size_t c = 0; c < problem.constraint_count(); ++c) {
            rows_.add(given(c, 1));
            if (problem.relations[c] == model::PbRelation::equal) rows_.add(given(c, -1));
        }
        given_ = rows_.size();
    }

    /// False after the end.
    bool step(Words words);
    std::uint64_t propagations() const { return rows_.propagations(); }
    const std::string& conclusion() const { return conclusion_; }
    bool is_complete() const { return ended_; }

  private:
    PbRow given(std::size_t c, std::int64_t sign) const;
    PbRow objective_row() const;
    std::int32_t literal(std::string_view word) const;
    std::optional<std::int32_t> literal_if(std::string_view word) const;
    std::size_t id(std::string_view word) const;
    PbRow row_of(Words words) const;
    PbRow polish(Words words) const;
    void add(PbRow row);
    void redundant(Words words);
    Wide solution(Words words);
    void conclude(Words words);
    void conclude_bounds(Words words);

    const model::PseudoBoolean& problem_;
    PbPropagator rows_;
    std::size_t given_ = 0;
    std::vector<signed char> value_;  ///< of solution()
    std::unordered_map<std::int32_t, std::int32_t> variable_of_;
    /// Variables that the proof brings in: their numbers, and the rows they were in.
    std::unordered_map<std::string, std::int32_t> extra_;
    std::vector<std::vector<std::size_t>> rows_of_extra_;
    std::vector<std::size_t> hints_;
    std::optional<Wide> best_;
    bool output_ = false;
    bool ended_ = false;
    std::string conclusion_;
};

PbRow ProofOfRows::given(std::size_t c, std::int64_t sign) const {
    std::vector<PbTerm> terms;
    for (std::size_t i = problem_.begin[c]; i < problem_.begin[c + 1]; ++i)
        terms.push_back({problem_.literals[i], sign * problem_.coefficients[i]});
    return normal_row(std::move(terms), sign * problem_.bounds[c]);
}

/// Objective ≥ 0, its constant on the right.
PbRow ProofOfRows::objective_row() const {
    std::vector<PbTerm> terms;
    for (std::size_t i = 0; i < problem_.objective_literals.size(); ++i)
        terms.push_back({problem_.objective_literals[i], problem_.objective_coefficients[i]});
    return normal_row(std::move(terms), -problem_.objective_constant);
}

std::optional<std::int32_t> ProofOfRows::literal_if(std::string_view word) const {
    const bool negated = word.starts_with('~');
    if (negated) word.remove_prefix(1);
    if (!word.starts_with('x')) {
        const auto place = extra_.find(std::string(word));
        if (place == extra_.end()) return {};
        return negated ? -place->second : place->second;
    }
    word.remove_prefix(1);
    if (word.empty() || word.front() < '1' || word.front() > '9' || word.size() > 10) return {};
    const std::optional<Wide> number = number_of(word);
    if (!number || *number > std::numeric_limits<std::int32_t>::max()) return {};
    const auto name = static_cast<std::int32_t>(*number);
    std::int32_t variable = name;
    if (!problem_.names.empty()) {
        const auto place = variable_of_.find(name);
        if (place == variable_of_.end()) return {};
        variable = place->second;
    }
    if (static_cast<std::size_t>(variable) > problem_.named_count) return {};
    return negated ? -variable : variable;
}

std::int32_t ProofOfRows::literal(std::string_view word) const {
    const std::optional<std::int32_t> found = literal_if(word);
    if (!found) refuse(fmt::format("`{}` is no literal of the problem", word));
    return *found;
}

/// Ids count from 1; negative ones from the end.
std::size_t ProofOfRows::id(std::string_view word) const {
    Wide number = integer(word);
    if (number < 0) number += static_cast<Wide>(rows_.size()) + 1;
    if (number < 1 || number > static_cast<Wide>(rows_.size()) || !rows_.has(static_cast<std::size_t>(number) - 1))
        refuse(fmt::format("there is no row {}", word));
    return static_cast<std::size_t>(number) - 1;
}

/// The rows of extra variables are known to redundant().
void ProofOfRows::add(PbRow row) {
    const auto last = static_cast<std::int32_t>(problem_.variable_count);
    for (auto term = row.terms.rbegin(); term != row.terms.rend() && std::abs(term->literal) > last; ++term)
        rows_of_extra_[static_cast<std::size_t>(std::abs(term->literal) - last) - 1].push_back(rows_.size());
    rows_.add(std::move(row));
}

/// A row that the value of one variable satisfies by itself, where the variable is none of the problem's: whatever
/// satisfies all other rows does so with that value, too, if it does not satisfy this one (Gocht and Nordström, AAAI
/// 2021). So each solution of the problem still has values of the extra variables.
void ProofOfRows::redundant(Words words) {
    const auto colon = std::ranges::find(words, ":");
    if (words.end() - colon != 4 || colon[2] != "->" || (colon[3] != "0" && colon[3] != "1"))
        refuse("`red` is a row, `:`, a variable, `->` and 0 or 1");
    const std::string& name = colon[1];
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789[]{}^-";
    if (name.size() < 2 || name[0] == 'x' || letters.find(name[0]) > letters.find('_') ||
        name.find_first_not_of(letters) != std::string::npos)
        refuse(fmt::format("`{}` is no name of an extra variable", name));
    if (extra_.emplace(name, static_cast<std::int32_t>(rows_.variable_count() + 1)).second) {
        rows_.add_variables(1);
        rows_of_extra_.emplace_back();
    }
    const std::int32_t variable = extra_.at(name);
    const std::int32_t chosen = colon[3] == "1" ? variable : -variable;
    const auto with_value = [&](const PbRow& row) {
        PbRow result;
        result.degree = row.degree;
        for (const PbTerm& term : row.terms) {
            if (term.literal == chosen) result.degree -= term.coefficient;
            if (std::abs(term.literal) != variable) result.terms.push_back(term);
        }
        return result;
    };
    PbRow row = row_of({words.begin(), colon});
    if (with_value(row).degree > 0) refuse("the value does not satisfy the row");
    PbRow negated = negation(row);
    weaken(negated, variable);
    std::vector<std::size_t>& others_of =
        rows_of_extra_[static_cast<std::size_t>(variable) - problem_.variable_count - 1];
    std::erase_if(others_of, [&](std::size_t other) { return !rows_.has(other); });
    for (const std::size_t other : others_of)
        if (!is_implied(with_value(rows_.row(other)), negated))
            refuse(fmt::format("row {} need not hold with the value", other + 1));
    add(std::move(row));
}

PbRow ProofOfRows::row_of(Words words) const {
    std::vector<PbTerm> terms;
    std::size_t i = 0;
    for (; i < words.size() && words[i] != ">="; i += 2) {
        if (i + 1 == words.size()) refuse("a row without `>=`");
        terms.push_back({literal(words[i + 1]), integer(words[i])});
    }
    if (i + 2 != words.size()) refuse("a row is terms, `>=` and a bound");
    return normal_row(std::move(terms), integer(words[i + 1]));
}

/// Reverse Polish notation. A number is a row's id unless `*` or `d` follows.
PbRow ProofOfRows::polish(Words words) const {
    std::vector<PbRow> stack;
    const auto top = [&](std::size_t depth) -> PbRow& {
        if (stack.size() < depth) refuse("an operator of `pol` lacks a row");
        return stack[stack.size() - depth];
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        const std::string_view after = i + 1 < words.size() ? std::string_view(words[i + 1]) : std::string_view();
        if (word == "+") {
            check::add(top(2), top(1));
            stack.pop_back();
        } else if (word == "s") {
            saturate(top(1));
        } else if (after == "w") {
            weaken(top(1), std::abs(literal(word)));
            ++i;
        } else if (after == "*") {
            multiply(top(1), integer(word));
            ++i;
        } else if (after == "d") {
            divide(top(1), integer(word));
            ++i;
        } else if (const std::optional<std::int32_t> axiom = literal_if(word)) {
            stack.push_back({{{*axiom, 1}}, 0});
        } else {
            stack.push_back(rows_.row(id(word)));
        }
    }
    if (stack.size() != 1) refuse("`pol` leaves one row");
    tidy(stack.front());
    return std::move(stack.front());
}

/// Checked against the problem as it was read; the objective's value, 0 where there is none.
Wide ProofOfRows::solution(Words words) {
    std::ranges::fill(value_, 0);
    for (const std::string& word : words) {
        const std::int32_t each = literal(word);
        signed char& value = value_[static_cast<std::size_t>(std::abs(each))];
        if (value != 0) refuse(fmt::format("a solution has {} twice", word));
        value = each < 0 ? -1 : 1;
    }
    if (words.size() != problem_.variable_count) refuse("a solution has a value for each variable");
    const auto holds = [&](std::int32_t each) {
        return value_[static_cast<std::size_t>(std::abs(each))] == (each < 0 ? -1 : 1);
    };
    for (std::size_t c = 0; c < problem_.constraint_count(); ++c) {
        Wide sum = 0;
        for (std::size_t i = problem_.begin[c]; i < problem_.begin[c + 1]; ++i)
            if (holds(problem_.literals[i])) sum += problem_.coefficients[i];
        if (sum < problem_.bounds[c] || (problem_.relations[c] == model::PbRelation::equal && sum > problem_.bounds[c]))
            refuse(fmt::format("a solution does not satisfy constraint {}", c + 1));
    }
    Wide objective = problem_.objective_constant;
    for (std::size_t i = 0; i < problem_.objective_literals.size(); ++i)
        if (holds(problem_.objective_literals[i])) objective += problem_.objective_coefficients[i];
    return objective;
}

bool ProofOfRows::step(Words words) {
    if (words.empty()) refuse("an empty statement");
    if (ended_) refuse("a statement after the end");
    const std::string& rule = words[0];
    const Words rest = words.subspan(1);
    if (!conclusion_.empty()) {
        if (rule != "end" || rest.size() != 2 || rest[0] != "pseudo-Boolean" || rest[1] != "proof")
            refuse("after the conclusion comes `end pseudo-Boolean proof`");
        ended_ = true;
    } else if (rule == "conclusion") {
        if (!output_) refuse("`output NONE` comes before the conclusion");
        conclude(rest);
    } else if (output_) {
        refuse("after `output NONE` comes the conclusion");
    } else if (rule == "f") {
        if (rest.size() > 1 || (rest.size() == 1 && integer(rest[0]) != static_cast<Wide>(given_)))
            refuse(fmt::format("the problem has {} rows", given_));
    } else if (rule == "pol") {
        add(polish(rest));
    } else if (rule == "rup") {
        const auto colon = std::ranges::find(rest, ":");
        PbRow row = row_of({rest.begin(), colon});
        hints_.clear();
        if (colon != rest.end())
            for (auto hint = colon + 1; hint != rest.end(); ++hint)
                if (*hint != "~") hints_.push_back(id(*hint));
        // Hints say where to look; what follows without them follows.
        if (!(colon != rest.end() && rows_.follows(row, hints_)) && !rows_.follows(row))
            refuse("the row does not follow by reverse unit propagation");
        add(std::move(row));
    } else if (rule == "red") {
        redundant(rest);
    } else if (rule == "del") {
        if (rest.size() < 2 || rest[0] != "id") refuse("`del id` and rows is what is known of deletions");
        for (const std::string& word : rest.subspan(1)) rows_.remove(id(word));
    } else if (rule == "sol") {
        solution(rest);
    } else if (rule == "soli") {
        if (!problem_.has_objective) refuse("`soli` is of problems with an objective");
        const auto colon = std::ranges::find(rest, ":");
        const Wide value = solution({rest.begin(), colon});
        if (colon != rest.end() && (rest.end() - colon != 2 || integer(colon[1]) != value))
            refuse("a solution has not the value that it is said to have");
        best_ = best_ ? std::min(*best_, value) : value;
        PbRow better = objective_row();
        // objective ≤ value - 1
        better.degree = checked_sum(better.degree, value);
        rows_.add(negation(better));
    } else if (rule == "output") {
        if (rest.size() != 1 || rest[0] != "NONE") refuse("`output NONE` is what is known of outputs");
        output_ = true;
    } else {
        refuse(fmt::format("`{}` is none of the rules pol, rup, red, del, sol, soli, output, conclusion", rule));
    }
    return !ended_;
}

void ProofOfRows::conclude(Words words) {
    if (words.empty()) refuse("a conclusion of nothing");
    const bool has_colon = words.size() > 1 && words[1] == ":";
    if (words[0] == "NONE" && words.size() == 1) {
        conclusion_ = "nothing";
    } else if (words[0] == "SAT" && has_colon) {
        solution(words.subspan(2));
        conclusion_ = "satisfiable";
    } else if (words[0] == "UNSAT" && has_colon && words.size() == 3) {
        if (best_) refuse("UNSAT after a solution");
        if (!rows_.row(id(words[2])).is_contradiction()) refuse(fmt::format("row {} is no contradiction", words[2]));
        conclusion_ = "unsatisfiable";
    } else if (words[0] == "BOUNDS") {
        if (!problem_.has_objective) refuse("BOUNDS is of problems with an objective");
        conclude_bounds(words.subspan(1));
    } else {
        refuse("a conclusion is NONE, SAT : LITERALS, UNSAT : ID or BOUNDS LOWER : ID UPPER : LITERALS");
    }
}

/// Every row holds of what is better than the best solution, so a row bounds the least value by itself or that one.
void ProofOfRows::conclude_bounds(Words words) {
    if (words.size() < 4 || words[1] != ":") refuse("BOUNDS LOWER : ID UPPER : LITERALS");
    const PbRow& reason = rows_.row(id(words[2]));
    const bool no_lower = words[0] == "INF";
    if (no_lower) {
        if (best_) refuse("no solution, after one");
        if (!reason.is_contradiction()) refuse(fmt::format("row {} is no contradiction", words[2]));
    } else {
        const Wide lower = integer(words[0]);
        if (best_ && lower > *best_) refuse("a solution is better than the lower bound");
        PbRow bounded = objective_row();
        bounded.degree = checked_sum(bounded.degree, lower);
        if (!is_implied(bounded, reason))
            refuse(fmt::format("row {} does not bound the objective by {}", words[2], words[0]));
    }
    if (words[3] == "INF") {
        if (words.size() != 4) refuse("values of no solution");
        conclusion_ = no_lower ? "unsatisfiable" : fmt::format("objective >= {}", words[0]);
        return;
    }
    if (no_lower) refuse("a solution where there is none");
    if (words.size() < 5 || words[4] != ":") refuse("an upper bound without a solution");
    const Wide upper = integer(words[3]);
    if (solution(words.subspan(5)) > upper) refuse("the solution is worse than the upper bound");
    if (integer(words[0]) > upper) refuse("the lower bound is above the upper");
    conclusion_ = integer(words[0]) == upper ? fmt::format("optimum {}", words[3])
                                             : fmt::format("{} <= objective <= {}", words[0], words[3]);
}

}  // namespace

VeripbReport check_veripb(const model::PseudoBoolean& problem, proof::VeripbReader& proof, const Limits& limits) {
    VeripbReport report;
    const auto end = [&](VeripbReport::Status status, std::string reason, std::uint64_t propagations) {
        report.status = status;
        report.reason = std::move(reason);
        report.steps = proof.steps();
        report.propagations = propagations;
        return report;
    };
    using Status = VeripbReport::Status;
    if (problem.named_count != problem.variable_count || problem.maximise)
        return end(Status::rejected, "proofs are of linear problems whose objective is minimised", 0);
    std::vector<std::string> words;
    try {
        ProofOfRows rows(problem);
        while (proof.next(words)) {
            if ((proof.steps() & 63U) == 0 && limits.exceeded())
                return end(Status::stopped, std::string(to_string(limits.reached())), rows.propagations());
            rows.step(words);
        }
        if (!rows.is_complete()) refuse("the proof ends without a conclusion");
        report.conclusion = rows.conclusion();
        return end(Status::verified, "", rows.propagations());
    } catch (const RefusedStep& refused) {
        return end(Status::rejected,
                   fmt::format("{}: step {}: {}", to_string(proof.location()), proof.steps(), refused.what()), 0);
    }
}

}  // namespace sinew::check
