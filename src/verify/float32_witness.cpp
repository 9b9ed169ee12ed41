// SPDX-License-Identifier: Apache-2.0
#include "verify/float32_witness.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/limit_scope.hpp"
#include "model/evaluate.hpp"
#include "model/evaluate_enclosed.hpp"
#include "model/float32_radius.hpp"
#include "search/attack.hpp"
#include "search/witness.hpp"

namespace sinew::verify {

namespace {
using model::FormulaId;
using model::FormulaKind;
using model::FormulaNode;
using model::Relation;

/// An atom that has to hold, or not to hold.
struct SignedAtom {
    const model::Atom* atom = nullptr;
    bool negated = false;
};

/// Rounding an input to float32 may break a bound by this much where no float32 number is within bounds: relatively,
/// and in all, half of what the competition's checker lets pass.
constexpr double input_slack = 0x1p-22;
constexpr double most_input_slack = 5e-5;

class Confirmer {
  public:
    Confirmer(const model::Query& query, const std::vector<bool>& booleans)
        : query_(query), booleans_(booleans), inputs_(query.network.input_variables()) {
        for (std::size_t i = 0; i < query.formulas.size(); ++i) {
            const FormulaNode& node = query.formulas.node(FormulaId(i));
            bool only = true;
            for (const LinearTerm& term : node.atom.form.terms()) only = only && query.network.is_input(term.variable);
            inputs_only_.push_back(only);
        }
    }

    /// The witness at the float32 numbers nearest to `inputs` within the bounds of what holds at `values`, if all
    /// float32 runs confirm it.
    std::optional<model::Witness> confirm(std::span<const Rational> values) const {
        const std::vector<SignedAtom> here = literals(values);
        std::vector<model::Domain> domains = model::input_domains(query_);
        for (const SignedAtom& literal : here) narrow_by(domains, literal);
        std::vector<double> wanted;
        for (const Variable input : inputs_) wanted.push_back(to_nearest(values[input.index()]));
        std::vector<Rational> exact = search::exact_inputs(domains, wanted, search::Rounding::to_float32);
        for (Rational& input : exact) {
            const auto rounded = static_cast<float>(to_nearest(input));
            if (!std::isfinite(rounded)) return std::nullopt;
            input = to_rational(static_cast<double>(rounded));
        }
        return confirm_at(exact, domains);
    }

  private:
    std::optional<model::Witness> confirm_at(const std::vector<Rational>& inputs,
                                             const std::vector<model::Domain>& domains) const {
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (!nearly_contains(domains[i], inputs[i])) return std::nullopt;
        model::Witness witness;
        witness.booleans = booleans_;
        if (model::is_smooth(query_.network)) {
            model::EnclosedValues values = model::evaluate_enclosed(query_.network, inputs, 64);
            witness.values = std::move(values.middle);
            witness.radii = std::move(values.radius);
        } else {
            witness.values = model::evaluate(query_.network, inputs);
        }
        // One order of sums is cheap to try.
        const bool is_inside = query_.formulas.holds(query_.output_condition, witness.values, booleans_);
        if (is_inside && !search::holds_in_float32(query_, witness)) return std::nullopt;
        const std::vector<SignedAtom> all = literals(witness.values);
        std::vector<LinearForm> forms;
        for (const SignedAtom& literal : all) forms.push_back(literal.atom->form);
        const model::Float32Radii radii = model::float32_radii(query_.network, witness.values, witness.radii, forms);
        for (const SignedAtom& literal : all)
            if (!holds(literal, witness.values, radii.forms[static_cast<std::size_t>(&literal - all.data())]))
                return std::nullopt;
        return witness;
    }

    static bool nearly_contains(const model::Domain& domain, const Rational& value) {
        if (model::contains(domain, value)) return true;
        if (domain.kind != model::DomainKind::real || !domain.values.empty()) return false;
        const double slack = std::min(most_input_slack, input_slack * std::abs(to_nearest(value)));
        return (!domain.lower || to_nearest(*domain.lower - value) <= slack) &&
               (!domain.upper || to_nearest(value - *domain.upper) <= slack);
    }

    void narrow_by(std::vector<model::Domain>& domains, const SignedAtom& literal) const {
        const std::vector<LinearTerm>& terms = literal.atom->form.terms();
        if (terms.size() != 1 || (literal.negated && literal.atom->relation == Relation::equal)) return;
        const auto place = std::ranges::lower_bound(inputs_, terms[0].variable.index(), {}, &Variable::index);
        if (place == inputs_.end() || *place != terms[0].variable) return;
        model::narrow(domains[static_cast<std::size_t>(place - inputs_.begin())],
                      literal.negated ? literal.atom->opposite() : *literal.atom);
    }

    /// Literals that make both conditions true if they all hold: of disjunctions the part with the largest margin.
    std::vector<SignedAtom> literals(std::span<const Rational> values) const {
        std::vector<SignedAtom> result;
        std::vector<double> margins[2];
        for (std::vector<double>& of_sign : margins) of_sign.assign(query_.formulas.size(), 0);
        for (std::size_t i = 0; i < query_.formulas.size(); ++i)
            for (const bool negated : {false, true})
                margins[negated ? 1 : 0][i] = margin(FormulaId(i), negated, values, margins);
        std::vector<std::pair<FormulaId, bool>> open{{query_.input_condition, false}, {query_.output_condition, false}};
        while (!open.empty()) {
            const auto [id, negated] = open.back();
            open.pop_back();
            const FormulaNode& node = query_.formulas.node(id);
            if (node.kind == FormulaKind::atom) result.push_back({&node.atom, negated});
            if (node.kind == FormulaKind::negation) open.emplace_back(node.children[0], !negated);
            if (node.kind != FormulaKind::conjunction && node.kind != FormulaKind::disjunction) continue;
            if ((node.kind == FormulaKind::conjunction) != negated) {
                for (const FormulaId child : node.children) open.emplace_back(child, negated);
            } else {
                const bool sign = negated;
                open.emplace_back(
                    *std::ranges::max_element(node.children, {},
                                              [&](FormulaId child) { return margins[sign ? 1 : 0][child.index()]; }),
                    sign);
            }
        }
        return result;
    }

    /// How far a formula is from being false, below zero: from being true. Of what speaks of inputs alone: infinitely.
    double margin(FormulaId id, bool negated, std::span<const Rational> values,
                  const std::vector<double> (&margins)[2]) const {
        constexpr double far = std::numeric_limits<double>::infinity();
        const FormulaNode& node = query_.formulas.node(id);
        const auto of = [&](FormulaId child, bool sign) { return margins[sign ? 1 : 0][child.index()]; };
        switch (node.kind) {
            case FormulaKind::constant:
                return node.value != negated ? far : -far;
            case FormulaKind::boolean:
                return booleans_[node.boolean.index()] != negated ? far : -far;
            case FormulaKind::negation:
                return of(node.children[0], !negated);
            case FormulaKind::atom: {
                const Rational value = node.atom.form.value(values);
                const bool holds = model::holds(sgn(value), node.atom.relation) != negated;
                if (inputs_only_[id.index()] || node.atom.relation == Relation::equal) return holds ? far : -far;
                return to_nearest(negated ? value : Rational(-value));
            }
            default:
                break;
        }
        const bool least = (node.kind == FormulaKind::conjunction) != negated;
        double result = least ? far : -far;
        for (const FormulaId child : node.children)
            result = least ? std::min(result, of(child, negated)) : std::max(result, of(child, negated));
        return result;
    }

    bool holds(const SignedAtom& literal, std::span<const Rational> values, double radius) const {
        const Rational value = literal.atom->form.value(values);
        bool of_inputs = true;
        double magnitude = std::abs(to_nearest(literal.atom->form.constant()));
        for (const LinearTerm& term : literal.atom->form.terms()) {
            of_inputs = of_inputs && query_.network.is_input(term.variable);
            magnitude += std::abs(to_nearest(term.coefficient * values[term.variable.index()]));
        }
        if (of_inputs) {
            if (model::holds(sgn(value), literal.atom->relation) != literal.negated) return true;
            return literal.atom->form.terms().size() == 1 && !literal.negated &&
                   std::abs(to_nearest(value)) <= std::min(most_input_slack, input_slack * magnitude);
        }
        // The comparison itself may be rounded, too.
        if (radius > 0 || !adds_up_exactly(literal, values)) radius += 4 * 0x1p-24 * rounding(literal, values);
        return model::compare(value, radius, literal.atom->relation) ==
               (literal.negated ? model::Certainty::no : model::Certainty::yes);
    }

    static bool adds_up_exactly(const SignedAtom& literal, std::span<const Rational> values) {
        model::ExactSum sum;
        sum.add(to_nearest(literal.atom->form.constant()));
        bool holds_doubles = is_double(literal.atom->form.constant());
        for (const LinearTerm& term : literal.atom->form.terms()) {
            holds_doubles = holds_doubles && is_double(term.coefficient);
            sum.add(to_nearest(term.coefficient), to_nearest(values[term.variable.index()]));
        }
        return holds_doubles && sum.is_exact();
    }

    /// What a checker that adds up the comparison's terms in float32 may round: nothing where it compares two numbers.
    static double rounding(const SignedAtom& literal, std::span<const Rational> values) {
        const std::vector<LinearTerm>& terms = literal.atom->form.terms();
        const Rational& constant = literal.atom->form.constant();
        const bool is_plain = std::ranges::all_of(
            terms, [](const LinearTerm& term) { return term.coefficient == 1 || term.coefficient == -1; });
        double magnitude = std::abs(to_nearest(constant));
        if (is_plain && (terms.size() == 1 || (terms.size() == 2 && constant == 0)))
            return terms.size() == 1 ? magnitude : 0;  // a constant may become a float32 number
        for (const LinearTerm& term : terms)
            magnitude += std::abs(to_nearest(term.coefficient * values[term.variable.index()]));
        return static_cast<double>(terms.size()) * magnitude;
    }

    const model::Query& query_;
    const std::vector<bool>& booleans_;
    std::vector<Variable> inputs_;
    std::vector<bool> inputs_only_;
};

/// Points of larger margin, from where a witness is.
class Climb {
  public:
    Climb(const model::Query& query, const model::Witness& exact) : query_(query), attack_(query, 1, exact.booleans) {
        for (const model::Domain& domain : model::demanded_domains(query)) {
            const Interval box = model::enclosing(domain);
            is_bounded_ = is_bounded_ && std::isfinite(box.lower) && std::isfinite(box.upper);
            lower_.push_back(box.lower);
            upper_.push_back(box.upper);
        }
        for (const Variable input : query.network.input_variables())
            start_.push_back(to_nearest(exact.values[input.index()]));
        for (std::size_t i = 0; i < start_.size(); ++i) start_[i] = std::clamp(start_[i], lower_[i], upper_[i]);
    }

    std::optional<model::Witness> run(const Confirmer& confirmer, const Limits& limits) {
        constexpr int rounds = 8;
        constexpr std::size_t tries = 2;
        double best = -std::numeric_limits<double>::infinity();
        for (int round = 0; is_bounded_ && round < rounds && !limits.exceeded(); ++round) {
            search::AttackOptions options;
            options.limits = limits;
            options.enough = std::numeric_limits<double>::infinity();
            options.steps = 60;
            options.first_step = round % 2 == 0 ? 0.1 / (1 + round) : 0.25;
            const std::vector<search::Candidate> found = attack_.run(lower_, upper_, options, std::span(&start_, 1));
            if (found.empty() || !(found[0].margin > best)) continue;
            best = found[0].margin;
            start_ = found[0].inputs;
            for (std::size_t c = 0; c < std::min(tries, found.size()) && found[c].margin > 0; ++c)
                if (auto witness = confirmed(confirmer, found[c].inputs)) return witness;
        }
        return std::nullopt;
    }

  private:
    std::optional<model::Witness> confirmed(const Confirmer& confirmer, const std::vector<double>& inputs) const {
        const std::vector<Rational> exact = search::exact_inputs(query_, inputs, search::Rounding::to_float32);
        const std::vector<Rational> values = model::is_smooth(query_.network)
                                                 ? model::evaluate_enclosed(query_.network, exact, 64).middle
                                                 : model::evaluate(query_.network, exact);
        return confirmer.confirm(values);
    }

    const model::Query& query_;
    search::Attack attack_;
    std::vector<double> lower_;
    std::vector<double> upper_;
    std::vector<double> start_;
    bool is_bounded_ = true;
};
}  // namespace

std::optional<model::Witness> float32_witness(const model::Query& query, const model::Witness& exact,
                                              const Limits& limits) {
    if (query.precision) return std::nullopt;
    const Confirmer confirmer(query, exact.booleans);
    try {
        if (auto witness = confirmer.confirm(exact.values)) return witness;
        return Climb(query, exact).run(confirmer, limits);
    } catch (const LimitReached&) {
        return std::nullopt;
    }
}

}  // namespace sinew::verify
