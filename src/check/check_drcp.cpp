// SPDX-License-Identifier: Apache-2.0
#include "check/check_drcp.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/number_text.hpp"
#include "check/drcp_rules.hpp"

namespace sinew::check {

namespace {
enum class DrcpComparison : std::uint8_t { at_least, at_most, equal, differs };
struct DrcpAtom {
    std::uint32_t variable = 0;
    DrcpComparison comparison = DrcpComparison::at_least;
    std::int64_t value = 0;
};

/// A step that does not hold.
struct DrcpRejection {
    std::string reason;
};

DrcpAtom negated_atom(DrcpAtom atom) {
    switch (atom.comparison) {
        case DrcpComparison::at_least:
            return {atom.variable, DrcpComparison::at_most, atom.value - 1};
        case DrcpComparison::at_most:
            return {atom.variable, DrcpComparison::at_least, atom.value + 1};
        case DrcpComparison::equal:
            return {atom.variable, DrcpComparison::differs, atom.value};
        case DrcpComparison::differs:
            return {atom.variable, DrcpComparison::equal, atom.value};
    }
    return atom;
}

/// What a conjunction of atoms leaves of each variable.
class DrcpState {
  public:
    explicit DrcpState(std::size_t variables) : domains_(variables), is_touched_(variables, 0) {}

    void clear() {
        for (const std::uint32_t v : touched_) {
            domains_[v] = {};
            is_touched_[v] = 0;
        }
        touched_.clear();
        is_empty_ = false;
    }
    bool is_empty() const { return is_empty_; }
    const std::vector<DrcpDomain>& domains() const { return domains_; }
    const std::vector<std::uint32_t>& touched() const { return touched_; }

    bool entails(const DrcpAtom& atom) const {
        const DrcpDomain& domain = domains_[atom.variable];
        switch (atom.comparison) {
            case DrcpComparison::at_least:
                return domain.lower >= atom.value;
            case DrcpComparison::at_most:
                return domain.upper <= atom.value;
            case DrcpComparison::equal:
                return domain.lower == atom.value && domain.upper == atom.value;
            case DrcpComparison::differs:
                return domain.lower > atom.value || domain.upper < atom.value || has_hole(domain, atom.value);
        }
        return false;
    }
    void assume(const DrcpAtom& atom) {
        DrcpDomain& domain = domains_[atom.variable];
        if (is_touched_[atom.variable] == 0) touched_.push_back(atom.variable);
        is_touched_[atom.variable] = 1;
        if (atom.comparison == DrcpComparison::differs) domain.holes.push_back(atom.value);
        if (atom.comparison == DrcpComparison::at_least || atom.comparison == DrcpComparison::equal)
            domain.lower = std::max(domain.lower, atom.value);
        if (atom.comparison == DrcpComparison::at_most || atom.comparison == DrcpComparison::equal)
            domain.upper = std::min(domain.upper, atom.value);
        while (domain.lower <= domain.upper && has_hole(domain, domain.lower)) ++domain.lower;
        while (domain.lower <= domain.upper && has_hole(domain, domain.upper)) --domain.upper;
        is_empty_ |= domain.lower > domain.upper;
    }

  private:
    static bool has_hole(const DrcpDomain& domain, std::int64_t value) {
        return std::find(domain.holes.begin(), domain.holes.end(), value) != domain.holes.end();
    }
    std::vector<DrcpDomain> domains_;
    std::vector<std::uint8_t> is_touched_;
    std::vector<std::uint32_t> touched_;
    bool is_empty_ = false;
};

class DrcpChecker {
  public:
    DrcpChecker(const model::ConstraintProgram& program, proof::ProofInput& proof, const Limits& limits)
        : program_(program), proof_(proof), limits_(limits), state_(program.variables.size()) {
        for (std::uint32_t v = 0; v < program.variables.size(); ++v) variables_[program.variables[v].name] = v;
    }
    DrcpReport run();

  private:
    using Conjunction = std::vector<std::int64_t>;  // codes: a negative one is the negation

    bool next_line();
    std::int64_t number(std::string_view text) const {
        constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
        if (const std::optional<std::int64_t> value = parse_whole(text, -most, most)) return *value;
        throw DrcpRejection{fmt::format("{} is not a number", text)};
    }
    DrcpAtom atom(std::int64_t code) const {
        const auto found = atoms_.find(code < 0 ? -code : code);
        if (found == atoms_.end()) throw DrcpRejection{fmt::format("no atomic constraint has the number {}", code)};
        return code < 0 ? negated_atom(found->second) : found->second;
    }
    std::uint64_t new_step() const;
    std::size_t read_codes(std::size_t at, Conjunction& codes) const;
    void define();
    void infer();
    bool leaves_domain() const;
    void derive();
    void conclude(DrcpReport& report) const;

    const model::ConstraintProgram& program_;
    proof::ProofInput& proof_;
    const Limits& limits_;
    std::unordered_map<std::string, std::uint32_t> variables_;
    std::unordered_map<std::int64_t, DrcpAtom> atoms_;
    std::unordered_map<std::uint64_t, Conjunction> inferences_;
    std::unordered_map<std::uint64_t, Conjunction> nogoods_;
    DrcpDomain objective_;
    bool is_refuted_ = false;
    std::string line_;
    std::vector<std::string_view> words_;
    std::uint64_t lines_ = 0;
    DrcpState state_;
};

bool DrcpChecker::next_line() {
    words_.clear();
    while (words_.empty()) {
        line_.clear();
        if (proof_.peek() == proof::ProofInput::end) return false;
        ++lines_;
        for (int byte = proof_.get(); byte != '\n' && byte != proof::ProofInput::end; byte = proof_.get())
            line_.push_back(static_cast<char>(byte));
        const std::string_view text = line_;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find(' ', at), text.size());
            if (end > at) words_.push_back(text.substr(at, end - at));
            at = end + 1;
        }
    }
    return true;
}

/// a NUMBER [NAME OPERATOR VALUE]
void DrcpChecker::define() {
    if (words_.size() != 5 || words_[2].front() != '[' || words_[4].back() != ']')
        throw DrcpRejection{"a definition reads: a NUMBER [NAME OPERATOR VALUE]"};
    const std::int64_t code = number(words_[1]);
    const auto variable = variables_.find(std::string(words_[2].substr(1)));
    if (variable == variables_.end())
        throw DrcpRejection{fmt::format("{} is no variable of the program", words_[2].substr(1))};
    DrcpAtom made{variable->second, DrcpComparison::at_least, number(words_[4].substr(0, words_[4].size() - 1))};
    if (made.value > (std::int64_t{1} << 62) || made.value < -(std::int64_t{1} << 62))
        throw DrcpRejection{"a value is too large"};
    if (words_[3] == "<=")
        made.comparison = DrcpComparison::at_most;
    else if (words_[3] == "==")
        made.comparison = DrcpComparison::equal;
    else if (words_[3] == "!=")
        made.comparison = DrcpComparison::differs;
    else if (words_[3] != ">=")
        throw DrcpRejection{fmt::format("{} is no comparison", words_[3])};
    if (code <= 0 || !atoms_.emplace(code, made).second)
        throw DrcpRejection{fmt::format("the number {} is taken, or not above 0", code)};
}

std::uint64_t DrcpChecker::new_step() const {
    if (words_.size() < 2) throw DrcpRejection{"a step has a number"};
    const std::int64_t id = number(words_[1]);
    const auto key = static_cast<std::uint64_t>(id);
    if (id <= 0 || inferences_.contains(key) || nogoods_.contains(key))
        throw DrcpRejection{fmt::format("the step's number {} is taken, or not above 0", id)};
    return key;
}

/// Up to the 0, after which the result stands.
std::size_t DrcpChecker::read_codes(std::size_t at, Conjunction& codes) const {
    for (; at < words_.size() && words_[at].find(':') == std::string_view::npos; ++at) {
        const std::int64_t code = number(words_[at]);
        if (code == 0) return at + 1;
        atom(code);
        codes.push_back(code);
    }
    return at;
}

/// Whether a variable is left without a value of its domain.
bool DrcpChecker::leaves_domain() const {
    const auto has_value = [&](std::uint32_t v) {
        const DrcpDomain& known = state_.domains()[v];
        if (program_.variables[v].is_boolean) return known.lower <= 1 && known.upper >= 0;
        const auto ranges = program_.ranges_of(program_.variables[v].domain);
        return std::any_of(ranges.begin(), ranges.end(), [&](const model::IntegerRange& range) {
            return known.lower <= range.upper && known.upper >= range.lower;
        });
    };
    if (state_.touched().empty()) {
        for (std::uint32_t v = 0; v < program_.variables.size(); ++v)
            if (!has_value(v)) return true;
        return false;
    }
    return !std::all_of(state_.touched().begin(), state_.touched().end(), has_value);
}

/// i NUMBER PREMISES [0 RESULT] [c:CONSTRAINT] [l:RULE]
void DrcpChecker::infer() {
    const std::uint64_t id = new_step();
    Conjunction codes;
    std::size_t at = read_codes(2, codes);
    if (at < words_.size() && words_[at].find(':') == std::string_view::npos) {
        const std::int64_t result = number(words_[at++]);
        atom(result);
        codes.push_back(-result);
    }
    std::int64_t tag = 0;
    bool is_domain = false;
    for (; at < words_.size(); ++at) {
        if (words_[at].starts_with("c:"))
            tag = number(words_[at].substr(2));
        else if (words_[at] == "l:initial_domain")
            is_domain = true;
        else if (!words_[at].starts_with("l:"))
            throw DrcpRejection{fmt::format("{} is no part of an inference", words_[at])};
    }
    state_.clear();
    for (const std::int64_t code : codes) state_.assume(atom(code));
    if (!state_.is_empty()) {
        if (is_domain && tag == 0) {
            if (!leaves_domain()) throw DrcpRejection{"the domain does not say so"};
        } else {
            if (tag < 1 || static_cast<std::uint64_t>(tag) > program_.constraints.size())
                throw DrcpRejection{fmt::format("there is no constraint {}", tag)};
            const model::ProgramConstraint& constraint = program_.constraints[static_cast<std::size_t>(tag) - 1];
            if (!contradicts(program_, constraint, state_.domains()))
                throw DrcpRejection{fmt::format("constraint {} ({}, line {}) does not say so", tag,
                                                program_.predicates[constraint.predicate], constraint.line)};
        }
    }
    inferences_.emplace(id, std::move(codes));
}

/// n NUMBER ATOMS [0 HINTS]
void DrcpChecker::derive() {
    const std::uint64_t id = new_step();
    Conjunction codes;
    std::size_t at = read_codes(2, codes);
    state_.clear();
    for (const std::int64_t code : codes) state_.assume(atom(code));
    for (; at < words_.size() && !state_.is_empty(); ++at) {
        const auto hint = static_cast<std::uint64_t>(number(words_[at]));
        auto found = inferences_.find(hint);
        if (found == inferences_.end()) {
            found = nogoods_.find(hint);
            if (found == nogoods_.end()) throw DrcpRejection{fmt::format("the hint {} names no step", hint)};
        }
        std::int64_t open = 0;
        for (const std::int64_t code : found->second) {
            if (code == open || state_.entails(atom(code))) continue;
            if (open != 0) throw DrcpRejection{fmt::format("the hint {} has two atoms open", hint)};
            open = code;
        }
        if (open == 0) break;
        state_.assume(negated_atom(atom(open)));
        if (at + 1 == words_.size() && !state_.is_empty())
            throw DrcpRejection{"the hints do not come to a contradiction"};
    }
    if (at == words_.size() && !state_.is_empty()) throw DrcpRejection{"the hints do not come to a contradiction"};
    is_refuted_ |= codes.empty();
    if (codes.size() == 1 && program_.goal != model::Goal::satisfy) {
        const DrcpAtom fact = negated_atom(atom(codes.front()));
        if (program_.objective.kind == model::TermKind::variable && program_.objective.value == fact.variable) {
            if (fact.comparison == DrcpComparison::at_least) objective_.lower = std::max(objective_.lower, fact.value);
            if (fact.comparison == DrcpComparison::at_most) objective_.upper = std::min(objective_.upper, fact.value);
        }
    }
    inferences_.clear();
    nogoods_.emplace(id, std::move(codes));
}

/// c UNSAT, or c BOUND
void DrcpChecker::conclude(DrcpReport& report) const {
    if (words_.size() != 2) throw DrcpRejection{"a conclusion reads: c UNSAT, or c BOUND"};
    if (words_[1] == "UNSAT") {
        if (!is_refuted_) throw DrcpRejection{"no step has shown that there is no solution"};
        report.conclusion = "unsat";
        return;
    }
    const DrcpAtom bound = atom(number(words_[1]));
    const bool is_minimum = program_.goal == model::Goal::minimize;
    if (program_.goal == model::Goal::satisfy || program_.objective.kind != model::TermKind::variable ||
        program_.objective.value != bound.variable ||
        bound.comparison != (is_minimum ? DrcpComparison::at_least : DrcpComparison::at_most))
        throw DrcpRejection{"the conclusion is no bound of the objective"};
    const bool holds = is_minimum ? objective_.lower >= bound.value : objective_.upper <= bound.value;
    if (!holds && !is_refuted_) throw DrcpRejection{"no step has shown the bound"};
    report.conclusion = fmt::format("objective {} {}", is_minimum ? ">=" : "<=", bound.value);
}

DrcpReport DrcpChecker::run() {
    DrcpReport report;
    try {
        while (next_line()) {
            if ((lines_ & 255U) == 0) throw_if_reached(limits_);
            const std::string_view kind = words_.front();
            if (kind == "a") {
                define();
            } else if (kind == "i") {
                infer();
                ++report.inferences;
            } else if (kind == "n") {
                derive();
                ++report.nogoods;
            } else if (kind == "d" && words_.size() == 2) {
                if (nogoods_.erase(static_cast<std::uint64_t>(number(words_[1]))) == 0)
                    throw DrcpRejection{"what is deleted is not there"};
            } else if (kind == "c") {
                conclude(report);
                report.status = DrcpReport::Status::verified;
                return report;
            } else {
                throw DrcpRejection{fmt::format("{} is no step of DRCP", kind)};
            }
        }
        report.reason = "the proof ends without a conclusion";
    } catch (const DrcpRejection& rejected) {
        report.reason = fmt::format("line {}: {}", lines_, rejected.reason);
    } catch (const LimitReached& limit) {
        report.status = DrcpReport::Status::stopped;
        report.reason = limit.what();
    }
    return report;
}
}  // namespace

DrcpReport check_drcp(const model::ConstraintProgram& program, proof::ProofInput& proof, const Limits& limits) {
    return DrcpChecker(program, proof, limits).run();
}

}  // namespace sinew::check
