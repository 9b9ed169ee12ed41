// SPDX-License-Identifier: Apache-2.0
#include "oracle/mixed_question.hpp"

#include <algorithm>
#include <utility>

namespace sinew::oracle {

namespace {

class Drawer {
  public:
    Drawer(std::uint64_t seed, std::uint64_t index) : random_(seed * 1'000'003 + index) {
        constexpr std::int64_t sizes[] = {3, 6, 6, 12, 40};
        largest_ = sizes[random_.below(5)];
    }

    MixedQuestion draw() {
        question_.integers = 1 + random_.below(6);
        question_.reals = random_.chance(0.25) ? 0 : random_.below(7 - question_.integers);
        for (std::size_t count = random_.chance(0.3) ? 1 + random_.below(2) : 0; count > 0; --count) {
            MixedSum argument = sum(inputs());
            question_.neurons.push_back({std::move(argument), Rational(random_.integer(-5, 5))});
        }
        const std::size_t count = 1 + random_.below(5);
        for (std::size_t i = 0; i < count; ++i) question_.conditions.push_back(formula(2));
        question_.objective = objective();
        return std::move(question_);
    }

  private:
    std::size_t inputs() const { return question_.integers + question_.reals; }

    MixedSum sum(std::size_t variables) {
        std::vector<std::size_t> all(variables);
        for (std::size_t i = 0; i < variables; ++i) all[i] = i;
        for (std::size_t i = variables; i > 1; --i) std::swap(all[i - 1], all[random_.below(i)]);
        all.resize(1 + random_.below(std::min<std::size_t>(4, variables)));
        MixedSum result;
        for (const std::size_t variable : all) {
            const std::int64_t size = random_.integer(1, largest_);
            result.push_back({variable, Rational(random_.chance(0.5) ? size : -size)});
        }
        return result;
    }

    /// Often one that a condition bounds, if only from one side.
    MixedSum objective() {
        if (random_.chance(0.3)) return sum(inputs() + question_.neurons.size());
        const MixedFormula* formula = &question_.conditions[random_.below(question_.conditions.size())];
        while (!formula->parts.empty()) formula = &formula->parts.front();
        MixedSum result = formula->sum;
        if (formula->relation[0] == '<')
            for (MixedTerm& term : result) term.coefficient = -term.coefficient;
        return result;
    }

    MixedFormula atom() {
        MixedFormula result;
        result.sum = sum(random_.chance(0.4) ? question_.integers : inputs() + question_.neurons.size());
        const bool whole = question_.is_integer(result.sum);
        const auto denominator = [&] { return whole ? 1 : random_.integer(1, 4); };
        result.constant = Rational(random_.integer(-20, 20)) / denominator();
        constexpr const char* relations[] = {"=", "=", "<", "<=", ">", ">=", "distinct"};
        if (!random_.chance(0.2)) {
            result.relation = relations[random_.below(7)];
            return result;
        }
        MixedFormula upper = result;
        upper.constant += Rational(random_.integer(1, 6)) / denominator();
        result.relation = random_.chance(0.5) ? ">" : ">=";
        upper.relation = random_.chance(0.5) ? "<" : "<=";
        MixedFormula strip;
        strip.kind = MixedFormula::Kind::all;
        strip.parts = {std::move(result), std::move(upper)};
        return strip;
    }

    MixedFormula formula(int depth) {
        const double which = random_.uniform();
        if (depth == 0 || which < 0.55) return atom();
        MixedFormula result;
        std::uint64_t count = 2 + random_.below(2);
        result.kind = MixedFormula::Kind::any;
        if (which > 0.85) {
            result.kind = which < 0.93 ? MixedFormula::Kind::opposite : MixedFormula::Kind::choice;
            count = which < 0.93 ? 1 : 3;
        }
        while (count-- > 0) result.parts.push_back(formula(depth - 1));
        return result;
    }

    Random random_;
    std::int64_t largest_ = 1;
    MixedQuestion question_;
};

std::string name(const MixedQuestion& question, std::size_t variable) {
    const std::size_t inputs = question.integers + question.reals;
    return variable < inputs ? "x" + std::to_string(variable) : "n" + std::to_string(variable - inputs);
}

/// (- (/ 3 4)); with a point where the term is real.
std::string smt_number(const Rational& value, bool real) {
    const char* const point = real ? ".0" : "";
    const Rational size = abs(value);
    std::string text = size.get_num().get_str() + point;
    if (size.get_den() != 1) text = "(/ " + text + " " + size.get_den().get_str() + point + ")";
    return sgn(value) < 0 ? "(- " + text + ")" : text;
}

std::string smt_sum(const MixedQuestion& question, const MixedSum& sum, bool real) {
    std::string text = "(+";
    for (const MixedTerm& term : sum) {
        std::string variable = name(question, term.variable);
        if (real && term.variable < question.integers) variable = "(to_real " + variable + ")";
        text += " (* " + smt_number(term.coefficient, real) + " " + variable + ")";
    }
    return text + (real ? " 0.0)" : " 0)");
}

constexpr const char* connectives[] = {"", "and", "or", "not", "ite"};

std::string smt_formula(const MixedQuestion& question, const MixedFormula& formula) {
    if (formula.kind == MixedFormula::Kind::atom) {
        const bool real = !question.is_integer(formula.sum);
        return "(" + formula.relation + " " + smt_sum(question, formula.sum, real) + " " +
               smt_number(formula.constant, real) + ")";
    }
    std::string text = std::string("(") + connectives[static_cast<std::size_t>(formula.kind)];
    for (const MixedFormula& part : formula.parts) text += " " + smt_formula(question, part);
    return text + ")";
}

std::string dnn_sum(const MixedQuestion& question, const MixedSum& sum) {
    std::string text;
    for (const MixedTerm& term : sum)
        text += (sgn(term.coefficient) < 0 ? " - "
                 : text.empty()            ? ""
                                           : " + ") +
                Rational(abs(term.coefficient)).get_str() + "*" + name(question, term.variable);
    return text;
}

std::string dnn_formula(const MixedQuestion& question, const MixedFormula& formula) {
    if (formula.kind == MixedFormula::Kind::atom)
        return "(" + dnn_sum(question, formula.sum) + " " + (formula.relation == "distinct" ? "!=" : formula.relation) +
               " " + formula.constant.get_str() + ")";
    std::string text = std::string("(") + connectives[static_cast<std::size_t>(formula.kind)];
    for (const MixedFormula& part : formula.parts) text += " " + dnn_formula(question, part);
    return text + ")";
}
}  // namespace

bool MixedQuestion::is_integer(const MixedSum& sum) const {
    return std::all_of(sum.begin(), sum.end(), [this](const MixedTerm& term) { return term.variable < integers; });
}

MixedQuestion draw_mixed(std::uint64_t seed, std::uint64_t index) {
    return Drawer(seed, index).draw();
}

std::string smt_script(const MixedQuestion& question, bool incrementally) {
    std::string text = question.reals + question.neurons.size() == 0 ? "(set-logic QF_LIA)\n" : "(set-logic QF_LIRA)\n";
    for (std::size_t i = 0; i < question.integers + question.reals; ++i)
        text += "(declare-fun " + name(question, i) + " () " + (i < question.integers ? "Int" : "Real") + ")\n";
    for (std::size_t k = 0; k < question.neurons.size(); ++k) {
        const MixedQuestion::Neuron& neuron = question.neurons[k];
        const std::string argument =
            "(+ " + smt_sum(question, neuron.sum, true) + " " + smt_number(neuron.bias, true) + ")";
        text += "(define-fun n" + std::to_string(k) + " () Real (ite (> " + argument + " 0.0) " + argument + " 0.0))\n";
    }
    for (std::size_t i = 0; i < question.conditions.size(); ++i) {
        const std::string condition = smt_formula(question, question.conditions[i]);
        if (!incrementally || i < 2) {
            text += "(assert " + condition + ")\n";
            if (incrementally) text += "(check-sat)\n";
        } else if (i % 2 == 0) {
            text += "(push 1)\n(assert " + condition + ")\n(check-sat)\n(pop 1)\n";
        } else {
            const std::string assumed = "p" + std::to_string(i);
            text += "(declare-fun " + assumed + " () Bool)\n(assert (=> " + assumed + " " + condition +
                    "))\n(check-sat-assuming (" + assumed + "))\n";
        }
    }
    return incrementally ? text : text + "(check-sat)\n";
}

std::string dnn_text(const MixedQuestion& question, bool with_objective) {
    std::string network;
    for (std::size_t k = 0; k < question.neurons.size(); ++k) {
        const MixedQuestion::Neuron& neuron = question.neurons[k];
        network +=
            "'a" + std::to_string(k) + "': '" + dnn_sum(question, neuron.sum) + " + " + neuron.bias.get_str() + "', ";
    }
    std::string domains;
    for (std::size_t i = 0; i < question.integers + question.reals; ++i)
        domains += "'" + name(question, i) + "': '" + (i < question.integers ? "int" : "real") + "', ";
    std::string conditions = "(and";
    for (const MixedFormula& condition : question.conditions) conditions += " " + dnn_formula(question, condition);
    std::string text =
        "dnn = { " + network + "}\ndomains = { " + domains + "}\nconditions = { 'out': '" + conditions + ")' }\n";
    if (with_objective) text += "objective = 'minimize " + dnn_sum(question, question.objective) + "'\n";
    return text;
}

std::string smt_objective(const MixedQuestion& question) {
    return smt_sum(question, question.objective, true);
}

}  // namespace sinew::oracle
