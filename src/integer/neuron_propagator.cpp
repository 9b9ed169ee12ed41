// SPDX-License-Identifier: Apache-2.0
#include "integer/neuron_propagator.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "integer/big_row.hpp"
#include "integer/linear_rows.hpp"

namespace sinew::integer {

namespace {
using Wide = LinearRows::Wide;

/// The two arithmetics: what differs between them.
template <class Number>
Number number(const Integer& value);
template <>
Wide number<Wide>(const Integer& value) {
    return to_wide(value);
}
template <>
Integer number<Integer>(const Integer& value) {
    return value;
}
Integer exact(Wide value) {
    return to_integer(value);
}
Integer exact(const Integer& value) {
    return value;
}
/// a/b truncated, for 0 <= a/b < 2^63.
Value step_quotient(Wide a, Wide b) {
    return static_cast<Value>(a / b);
}
Value step_quotient(const Integer& a, const Integer& b) {
    return Integer(a / b).get_si();
}

/// The constraint seen from below (side 0) and from above (side 1: the sum, its arguments and the output negated, so
/// that there too everything is a lower bound). For side s, with views v_i and y:
///   sum_[s] = Σ c_i·lower(v_i);   step(s, k) = the least S with f_s(S) >= k, held between the root's bounds of S.
/// Rules: y >= f_s(max(sum_[s], step(s, lower(y))));   c_i·v_i <= step(s, upper(y) + 1) - 1 - Σ_{j≠i} c_j·lower(v_j).
template <class Number>
class NeuronPropagator : public Propagator {
  public:
    struct Term {
        View view;  ///< with a positive coefficient
        Number coefficient;
    };

    NeuronPropagator(neuron::StepFunction function, std::vector<Term> terms, IntVar output, const Integer& least,
                     const Integer& greatest)
        : function_(std::move(function)), terms_(std::move(terms)), output_(output) {
        least_[0] = number<Number>(least);
        least_[1] = number<Number>(Integer(-greatest));
    }

    void subscribe(Subscriptions& to) override {
        for (std::size_t i = 0; i < terms_.size(); ++i) {
            to.add(terms_[i].view, static_cast<std::uint32_t>(2 * i));
            to.add(-terms_[i].view, static_cast<std::uint32_t>(2 * i + 1));
        }
        to.add(View(output_), silent);
        to.add(View(output_, true), silent);
    }

    void bound_changed(std::uint32_t tag, Value before, Value after) override {
        if (tag == silent || !ready_) return;
        // Both bounds are within ±2^62, so the difference fits.
        sum_[tag & 1U] += terms_[tag >> 1U].coefficient * Number(after - before);
    }

    bool propagate(Domains& domains) override {
        if (!ready_) begin(domains);
        for (const int side : {0, 1})
            if (!raise_output(domains, side)) return false;
        for (const int side : {0, 1})
            if (!lower_arguments(domains, side)) return false;
        return true;
    }

    void explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) override {
        if (implied.view.variable() == output_)
            explain_output(domains, implied, before, reason);
        else
            explain_argument(domains, implied, before, reason);
    }

    bool holds(std::span<const Value> values) const override {
        Integer sum;
        for (const Term& term : terms_) sum += exact(term.coefficient) * value_of(term.view, values);
        return function_.value(sum) == values[output_.index()];
    }

  private:
    static constexpr std::uint32_t silent = ~std::uint32_t{0};
    /// Steps remembered a side; then the memory starts anew.
    static constexpr std::size_t most_steps = 1 << 15;

    View output(int side) const { return View(output_, side == 1); }
    static View view(const Term& term, int side) { return side == 0 ? term.view : -term.view; }

    void begin(const Domains& domains) {
        ready_ = true;
        for (const int side : {0, 1}) {
            sum_[side] = 0;
            for (const Term& term : terms_) sum_[side] += term.coefficient * Number(domains.lower(view(term, side)));
        }
        for (const Term& term : terms_) {
            Number span = term.coefficient * (Number(domains.upper(term.view)) - Number(domains.lower(term.view)));
            if (span > widest_) widest_ = std::move(span);
        }
    }

    /// The least S of side's sum with f_side(S) >= output; within the root's bounds, or one past them for "never".
    const Number& step(int side, Value output) {
        if (const auto found = steps_[side].find(output); found != steps_[side].end()) return found->second;
        if (steps_[side].size() >= most_steps) steps_[side].clear();
        neuron::ExtendedInteger least =
            side == 0 ? function_.least_sum(Integer(output)) : -function_.greatest_sum(Integer(-output));
        const Integer first = exact(least_[side]);
        const Integer past = 1 - exact(least_[1 - side]);
        least = std::clamp(least, neuron::ExtendedInteger(first), neuron::ExtendedInteger(past));
        return steps_[side].emplace(output, number<Number>(least.value())).first->second;
    }

    /// f_side(sum), but at most `most`.
    Value value_at(int side, const Number& sum, Value most) const {
        const Integer at = side == 0 ? function_.value(exact(sum)) : -function_.value(Integer(-exact(sum)));
        return at >= most ? most : std::max(at, Integer(-largest_value - 1)).get_si();
    }

    bool raise_output(Domains& domains, int side) {
        const View y = output(side);
        const Value known = domains.lower(y);
        const Number sum = std::max(sum_[side], step(side, known));
        if (step(side, known + 1) > sum) return true;
        return domains.raise({y, value_at(side, sum, domains.upper(y) + 1)}, *this);
    }

    bool lower_arguments(Domains& domains, int side) {
        const Number slack = step(side, domains.upper(output(side)) + 1) - 1 - sum_[side];
        if (slack >= widest_) return true;
        // The other side's rounding may just have emptied this one.
        if (slack < 0) return raise_output(domains, side);
        for (const Term& term : terms_) {
            const View v = view(term, side);
            const Value lower = domains.lower(v);
            if (term.coefficient * Number(domains.upper(v) - lower) <= slack) continue;
            if (!domains.raise({-v, -(lower + step_quotient(slack, term.coefficient))}, *this)) return false;
        }
        return true;
    }

    void explain_output(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) {
        const int side = implied.view.negative() ? 1 : 0;
        const Number needed = step(side, implied.value);
        Number surplus = sum_before(domains, side, before) - needed;
        if (surplus >= 0) return weaken(domains, side, terms_.size(), before, std::move(surplus), reason);
        // f jumps over what was known of the output: the least output bound whose step comes as late.
        const Value root = domains.root_lower(implied.view);
        const Value above = value_at(side, Number(needed - 1), largest_value) + 1;
        if (above > root) reason.push_back({implied.view, above});
    }

    void explain_argument(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) {
        const auto found = std::find_if(terms_.begin(), terms_.end(), [&](const Term& term) {
            return term.view.variable() == implied.view.variable();
        });
        require(found != terms_.end(), "what is explained was raised here");
        const int side = found->view == -implied.view ? 0 : 1;
        // v <= u follows as v >= u + 1 would make the sum at least `total`, and the output more than it may be.
        const View v = -implied.view;
        const Number total = sum_before(domains, side, before) +
                             found->coefficient * (Number(1 - implied.value) - Number(domains.lower_before(v, before)));
        const View y = output(side);
        const Value root = domains.root_upper(y);
        const Value most = value_at(side, total, root + 1) - 1;
        if (most < root) reason.push_back({-y, -most});
        weaken(domains, side, static_cast<std::size_t>(found - terms_.begin()), before,
               Number(total - step(side, most + 1)), reason);
    }

    Number sum_before(const Domains& domains, int side, Position before) const {
        Number sum = 0;
        for (const Term& term : terms_)
            sum += term.coefficient * Number(domains.lower_before(view(term, side), before));
        return sum;
    }

    /// Appends lower bounds of the side's views (but of term `skipped`) that held before `before`. They may fall short
    /// of what was known by `surplus`: terms that can be left out are, then others are weakened.
    void weaken(const Domains& domains, int side, std::size_t skipped, Position before, Number surplus,
                std::vector<Bound>& reason) {
        const std::size_t first = reason.size();
        kept_.clear();
        for (std::size_t i = 0; i < terms_.size(); ++i) {
            if (i == skipped) continue;
            const View v = view(terms_[i], side);
            const Value known = domains.lower_before(v, before);
            const Number gain = terms_[i].coefficient * Number(known - domains.root_lower(v));
            if (gain == 0) continue;
            if (gain <= surplus) {
                surplus -= gain;
                continue;
            }
            reason.push_back({v, known});
            kept_.push_back(i);
        }
        for (std::size_t k = 0; k < kept_.size() && surplus > 0; ++k) {
            const Number& coefficient = terms_[kept_[k]].coefficient;
            const Value rest = step_quotient(surplus, coefficient);
            reason[first + k].value -= rest;
            surplus -= coefficient * Number(rest);
        }
    }

    neuron::StepFunction function_;
    std::vector<Term> terms_;
    IntVar output_;
    bool ready_ = false;
    Number least_[2];  ///< of the sum, at the root
    Number sum_[2];
    Number widest_ = 0;  ///< the most that a term can vary by
    std::unordered_map<Value, Number> steps_[2];
    std::vector<std::size_t> kept_;  // scratch
};

/// Bounds of a sum from bounds of its variables.
std::pair<Integer, Integer> sum_bounds(const neuron::Neuron& neuron, std::span<const Range> bounds) {
    std::pair<Integer, Integer> sum;
    for (const neuron::Term& term : neuron.terms) {
        const Integer low = term.coefficient * bounds[term.argument].lower;
        const Integer high = term.coefficient * bounds[term.argument].upper;
        sum.first += std::min(low, high);
        sum.second += std::max(low, high);
    }
    return sum;
}

std::vector<Range> bounds_of(const Model& model, std::span<const IntVar> variables) {
    std::vector<Range> bounds;
    for (const IntVar variable : variables) bounds.push_back({model.lower(variable), model.upper(variable)});
    return bounds;
}

/// Terms over views with positive coefficients, variables that were given twice merged.
std::vector<BigRow::Term> positive_terms(const neuron::Neuron& neuron, std::span<const IntVar> variables) {
    std::vector<BigRow::Term> terms;
    for (const neuron::Term& term : neuron.terms) {
        const View view(variables[term.argument]);
        const auto found = std::find_if(terms.begin(), terms.end(), [&](const auto& t) { return t.view == view; });
        if (found == terms.end())
            terms.push_back({view, term.coefficient});
        else
            found->coefficient += term.coefficient;
    }
    std::erase_if(terms, [](const auto& term) { return term.coefficient == 0; });
    for (BigRow::Term& term : terms)
        if (term.coefficient < 0) {
            term.view = -term.view;
            term.coefficient = -term.coefficient;
        }
    return terms;
}

template <class Number>
std::unique_ptr<Propagator> make_propagator(const neuron::Neuron& neuron, const std::vector<BigRow::Term>& terms,
                                            IntVar output, const Integer& least, const Integer& greatest) {
    std::vector<typename NeuronPropagator<Number>::Term> own;
    for (const BigRow::Term& term : terms) own.push_back({term.view, number<Number>(term.coefficient)});
    return std::make_unique<NeuronPropagator<Number>>(neuron.step, std::move(own), output, least, greatest);
}
}  // namespace

std::unique_ptr<Propagator> make_neuron_propagator(const neuron::Neuron& neuron, std::span<const IntVar> variables,
                                                   std::span<const Range> bounds, IntVar output) {
    const auto [least, greatest] = sum_bounds(neuron, bounds);
    // Sums, differences of two sums and steps past bounds stay below 2^125.
    Integer largest = abs(least) + abs(greatest) + 2;
    for (const neuron::Term& term : neuron.terms) {
        const Range& range = bounds[term.argument];
        largest += 4 * abs(term.coefficient) * (abs(Integer(range.lower)) + abs(Integer(range.upper)) + 2);
    }
    const std::vector<BigRow::Term> terms = positive_terms(neuron, variables);
    return largest < (Integer(1) << 123) ? make_propagator<Wide>(neuron, terms, output, least, greatest)
                                         : make_propagator<Integer>(neuron, terms, output, least, greatest);
}

void add_neuron(Model& model, const neuron::Neuron& neuron, std::span<const IntVar> variables, IntVar output) {
    if (std::any_of(neuron.terms.begin(), neuron.terms.end(),
                    [&](const neuron::Term& term) { return variables[term.argument] == output; })) {
        // The propagator tells its output from its arguments by their variables.
        const IntVar copy = model.add_variable(model.lower(output), model.upper(output));
        model.add_linear({{output, 1}, {copy, -1}}, Relation::equal, 0);
        output = copy;
    }
    model.add_propagator(make_neuron_propagator(neuron, variables, bounds_of(model, variables), output));
}

IntVar add_neuron(Model& model, const neuron::Neuron& neuron, std::span<const IntVar> variables) {
    const auto [least, greatest] = sum_bounds(neuron, bounds_of(model, variables));
    const IntVar output = model.add_variable(neuron.step.value(least), neuron.step.value(greatest));
    add_neuron(model, neuron, variables, output);
    return output;
}

}  // namespace sinew::integer
