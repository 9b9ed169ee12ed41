// SPDX-License-Identifier: Apache-2.0
// A certification question in SMT-LIB: integers for digits, Booleans for gates.
#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>

#include "base/join.hpp"
#include "bnn/question.hpp"

namespace sinew::bnn {

namespace {
std::string number(std::int64_t value) {
    return value < 0 ? fmt::format("(- {})", -value) : std::to_string(value);
}

/// (+ a b …), or what there is of fewer.
std::string sum_of(const std::vector<std::string>& terms) {
    if (terms.empty()) return "0";
    return terms.size() == 1 ? terms[0] : fmt::format("(+ {})", joined(terms, " "));
}

class ScriptWriter {
  public:
    ScriptWriter(const threshold::ThresholdNetwork& folded, const threshold::Ball& ball,
                 const threshold::ReducedNetwork& network)
        : folded_(folded), ball_(ball), network_(network) {}

    void add_digit(std::size_t f, const std::string& name, const std::string& meaning) {
        const threshold::FreeDigit& free = network_.digits[f];
        const threshold::Digit& digit = folded_.digits[free.digit];
        names_.push_back(fmt::format("{}{}", digit.whole != 0 ? "x" : "d", digit.input));
        const std::int64_t low = offset(f);
        const std::int64_t here = low + free.centre - free.low;
        text_ += fmt::format("(declare-const {} Int) ; {}{}; here {}\n", names_[f], name, meaning, here);
        text_ += fmt::format("(assert (<= {} {} {}))\n", number(low), names_[f], number(low + free.high - free.low));
    }

    void add_gates() {
        for (std::size_t g = 0; g < network_.gates.size(); ++g) {
            const threshold::Gate& gate = network_.gates[g];
            text_ += fmt::format("(declare-const n{} Bool)\n(assert (= n{} ", g, g);
            if (gate.kind == threshold::GateKind::any)
                add_any(network_.terms_of(gate));
            else
                add_threshold(network_.terms_of(gate), gate.bound);
            text_ += "))\n";
        }
    }

    void add_budget() {
        if (!ball_.budget) return;
        std::vector<std::string> costs;
        for (std::size_t f = 0; f < network_.digits.size(); ++f) costs.push_back(cost_of(f));
        if (costs.empty()) return;
        text_ += fmt::format("; how far the input moves\n(assert (<= {} {}))\n", sum_of(costs), *ball_.budget);
    }

    void add_targets(std::size_t label) {
        std::vector<std::string> wins;
        for (const threshold::Target& target : network_.targets) {
            text_ +=
                fmt::format("; class {} wins against class {}: {}\n", target.class_index, label, name_of(target.wins));
            wins.push_back(name_of(target.wins));
        }
        if (wins.empty())
            text_ += "; no other class can win: bounds have shown it\n(assert false)\n";
        else
            text_ +=
                fmt::format("(assert {})\n", wins.size() == 1 ? wins[0] : fmt::format("(or {})", joined(wins, " ")));
    }

    std::string take() { return std::move(text_); }

  private:
    /// What the constant of digit f counts from: the least value of its input, or its least number of steps.
    std::int64_t offset(std::size_t f) const {
        const threshold::FreeDigit& free = network_.digits[f];
        const std::int64_t least = folded_.digits[free.digit].whole != 0 ? folded_.range.lower.get_num().get_si() : 0;
        return least + free.low;
    }

    std::string name_of(threshold::Signal signal) const {
        if (signal.is_constant()) return signal.is_true() ? "true" : "false";
        const std::size_t digits = network_.digit_count();
        const std::string positive = signal.variable < digits ? fmt::format("(> {} {})", names_[signal.variable],
                                                                            number(offset(signal.variable)))
                                                              : fmt::format("n{}", signal.variable - digits);
        return signal.negated ? fmt::format("(not {})", positive) : positive;
    }

    void add_any(std::span<const threshold::VariableTerm> terms) {
        std::vector<std::string> members;
        for (const threshold::VariableTerm& term : terms)
            members.push_back(name_of({term.variable, term.coefficient < 0}));
        text_ += members.size() == 1 ? members[0] : fmt::format("(or {})", joined(members, " "));
    }

    void add_threshold(std::span<const threshold::VariableTerm> terms, std::int64_t bound) {
        std::vector<std::string> parts;
        for (const threshold::VariableTerm& term : terms) {
            if (term.variable < network_.digit_count()) {
                bound += term.coefficient * offset(term.variable);
                const std::string& name = names_[term.variable];
                parts.push_back(term.coefficient == 1 ? name
                                                      : fmt::format("(* {} {})", number(term.coefficient), name));
            } else {
                parts.push_back(
                    fmt::format("(ite n{} {} 0)", term.variable - network_.digit_count(), number(term.coefficient)));
            }
        }
        text_ += fmt::format("(>= {} {})", sum_of(parts), number(bound));
    }

    /// The cost of digit f as a term: steps away from the centre, those of one size told together.
    std::string cost_of(std::size_t f) const {
        const threshold::FreeDigit& free = network_.digits[f];
        const std::int64_t low = offset(f);
        const std::string centre = number(low + free.centre - free.low);
        const auto distance = [&](std::size_t v) {
            return std::abs(static_cast<std::int64_t>(v) + free.low - free.centre);
        };
        bool plain = true;
        for (std::size_t v = 0; v < free.cost.size(); ++v) plain = plain && free.cost[v] == distance(v);
        if (plain && free.cost.size() > 2)
            return fmt::format("(ite (>= {0} {1}) (- {0} {1}) (- {1} {0}))", names_[f], centre);
        std::vector<std::string> parts;
        for (std::size_t k = 1; k < free.cost.size(); ++k) {
            const std::int64_t step = free.cost[k] - free.cost[k - 1];
            if (step == 0) continue;
            const char* relation = step > 0 ? ">=" : "<";
            parts.push_back(fmt::format("(ite ({} {} {}) {} 0)", relation, names_[f],
                                        number(low + static_cast<std::int64_t>(k)), std::abs(step)));
        }
        return sum_of(parts);
    }

    const threshold::ThresholdNetwork& folded_;
    const threshold::Ball& ball_;
    const threshold::ReducedNetwork& network_;
    std::vector<std::string> names_;  ///< of digits
    std::string text_;
};
}  // namespace

std::string Question::script(bool asks_for_model) const {
    ScriptWriter writer(asked_.folded, ball_, network_);
    std::string text;
    for (const std::string& line : description()) text += "; " + line + "\n";
    if (asks_for_model) text += "(set-option :produce-models true)\n";
    text += "(set-logic QF_LIA)\n";
    for (std::size_t f = 0; f < network_.digits.size(); ++f) {
        const threshold::FreeDigit& free = network_.digits[f];
        const threshold::Digit& digit = asked_.folded.digits[free.digit];
        std::string meaning;
        if (digit.step_count() == 1 && digit.whole == 0) {
            meaning = ": 1 iff " + step_text(asked_.folded, digit, 0);
        } else if (digit.whole == 0) {
            meaning = ": how many hold of";
            for (std::uint32_t k = 0; k < digit.step_count(); ++k)
                meaning += (k == 0 ? " " : ", ") + step_text(asked_.folded, digit, k);
        }
        writer.add_digit(f, input_name(free.digit), meaning);
    }
    writer.add_gates();
    writer.add_budget();
    writer.add_targets(asked_.label);
    return text + writer.take() + "(check-sat)\n" + (asks_for_model ? "(get-model)\n" : "");
}

}  // namespace sinew::bnn
