// SPDX-License-Identifier: Apache-2.0
#include "search/certain_atoms.hpp"

#include <map>
#include <optional>
#include <vector>

#include "exact/transcendental.hpp"
#include "search/equal_components.hpp"
#include "search/rewrite_conditions.hpp"
#include "search/witness.hpp"

namespace sinew::search {

using model::ActivationKind;
using model::FormulaId;
using model::FormulaKind;

namespace {
/// Products of rationals for one query.
constexpr std::size_t most_products = 200000;
/// Activations in a row that are looked through (the recursion is as deep).
constexpr int most_layers = 50;
/// Bits of enclosures at finite ends.
constexpr long bits = 64;

struct End {
    Rational value;
    bool open = false;  ///< never reached
};
/// Absent ends are infinite.
struct Range {
    std::optional<End> lower;
    std::optional<End> upper;
};

class Ranges {
  public:
    explicit Ranges(const model::Query& query)
        : query_(query), domains_(input_domains(query)), same_as_(equal_components(query.network)) {
        std::size_t next = 0;
        for (const Variable input : query.network.input_variables()) input_of_.emplace(input, next++);
    }

    /// What `form` can be. Affine components are replaced by what they are made of, from the last to the first.
    Range of(const LinearForm& form) {
        std::map<Variable, Rational> terms;
        const LinearForm first = merged(form);
        Rational constant = first.constant();
        for (const LinearTerm& term : first.terms()) terms[term.variable] = term.coefficient;
        Range sum{End{0, false}, End{0, false}};
        while (!terms.empty()) {
            const auto last = std::prev(terms.end());
            const Variable variable = last->first;
            const Rational coefficient = last->second;
            terms.erase(last);
            if (coefficient == 0) continue;
            const model::Component component = query_.network.component(variable);
            const model::Layer& layer = query_.network.layer(component.layer);
            if (std::holds_alternative<model::AffineLayer>(layer.operation)) {
                const LinearForm row = merged(query_.network.affine_form(component.layer, component.index));
                products_ += row.terms().size() + 1;
                if (products_ > most_products) return {};
                constant += coefficient * row.constant();
                for (const LinearTerm& term : row.terms()) terms[term.variable] += coefficient * term.coefficient;
                continue;
            }
            add(sum, of_component(variable, component, layer), coefficient);
            if (!sum.lower && !sum.upper) return {};
        }
        if (sum.lower) sum.lower->value += constant;
        if (sum.upper) sum.upper->value += constant;
        return sum;
    }

    /// Over the first of each set of equal components.
    LinearForm merged(const LinearForm& form) const { return with_representatives(form, same_as_); }

  private:
    static void add_end(std::optional<End>& sum, const std::optional<End>& end, const Rational& coefficient) {
        if (!sum) return;
        if (!end) {
            sum.reset();
            return;
        }
        sum->value += coefficient * end->value;
        sum->open = sum->open || end->open;
    }
    static void add(Range& sum, const Range& range, const Rational& coefficient) {
        add_end(sum.lower, coefficient > 0 ? range.lower : range.upper, coefficient);
        add_end(sum.upper, coefficient > 0 ? range.upper : range.lower, coefficient);
    }

    Range of_component(Variable variable, const model::Component& component, const model::Layer& layer) {
        const auto known = known_.find(variable);
        if (known != known_.end()) return known->second;
        Range range;
        if (const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation)) {
            range = image(operation->activation.kind,
                          LinearForm(query_.network.variable(operation->source, component.index)));
        } else if (query_.network.is_input(variable)) {
            const model::Domain& domain = domains_[input_of_.at(variable)];
            const bool listed = !domain.values.empty();
            if (listed || domain.lower) range.lower = End{listed ? domain.values.front() : *domain.lower, false};
            if (listed || domain.upper) range.upper = End{listed ? domain.values.back() : *domain.upper, false};
        }
        known_.emplace(variable, range);
        return range;
    }

    /// Activations whose range says something by itself; the others are unbounded.
    Range image(ActivationKind kind, const LinearForm& source) {
        ++depth_;
        const Range range = image_of(kind, depth_ <= most_layers ? of(source) : Range{});
        --depth_;
        return range;
    }
    static Range image_of(ActivationKind kind, Range below) {
        switch (kind) {
            case ActivationKind::tanh:
            case ActivationKind::sigmoid: {
                const bool tanh = kind == ActivationKind::tanh;
                return {smooth_end(tanh, below.lower, tanh ? -1 : 0, true), smooth_end(tanh, below.upper, 1, false)};
            }
            case ActivationKind::relu: {
                if (!below.lower || below.lower->value < 0) below.lower = End{0, false};
                if (below.upper && below.upper->value <= 0) below.upper = End{0, false};
                return below;
            }
            case ActivationKind::identity:
                return below;
            case ActivationKind::sign:
            case ActivationKind::signum:
                return {End{-1, false}, End{1, false}};
            case ActivationKind::hardlim:
                return {End{0, false}, End{1, false}};
            default:
                break;
        }
        return {};
    }
    /// f at an end. It is a rational at 0 alone; else the end of its enclosure is never reached.
    static std::optional<End> smooth_end(bool tanh, const std::optional<End>& end, const Rational& limit, bool lower) {
        if (!end) return End{limit, true};
        if (end->value == 0) return End{tanh ? Rational(0) : Rational(1, 2), end->open};
        const Enclosure value = tanh ? enclose_tanh(end->value, bits) : enclose_sigmoid(end->value, bits);
        return End{lower ? value.lower : value.upper, true};
    }

    const model::Query& query_;
    std::vector<model::Domain> domains_;
    std::vector<Multiple> same_as_;
    std::map<Variable, std::size_t> input_of_;
    std::map<Variable, Range> known_;
    std::size_t products_ = 0;
    int depth_ = 0;  ///< activations that wait for what they are made of
};

/// form ⋈ 0 on the range, where that is certain.
std::optional<bool> decided(const Range& range, model::Relation relation) {
    const int low = range.lower ? sgn(range.lower->value) : -1;
    const int high = range.upper ? sgn(range.upper->value) : 1;
    const bool positive = low > 0 || (low == 0 && range.lower->open);
    const bool negative = high < 0 || (high == 0 && range.upper->open);
    const bool not_positive = high <= 0 && range.upper;
    const bool not_negative = low >= 0 && range.lower;
    switch (relation) {
        case model::Relation::less:
            if (negative) return true;
            if (not_negative) return false;
            break;
        case model::Relation::less_equal:
            if (not_positive) return true;
            if (positive) return false;
            break;
        case model::Relation::equal:
            if (positive || negative) return false;
            break;
    }
    return std::nullopt;
}
}  // namespace

model::Query without_certain_atoms(const model::Query& query) {
    model::Query result = query;
    Ranges ranges(query);
    rewrite_conditions(result, [&](model::Query& rewritten, FormulaId id) {
        const model::FormulaNode& node = rewritten.formulas.node(id);
        if (node.kind != FormulaKind::atom) return id;
        const auto truth = decided(ranges.of(node.atom.form), node.atom.relation);
        if (truth) return rewritten.formulas.constant(*truth);
        return rewritten.formulas.atom(ranges.merged(node.atom.form), node.atom.relation);
    });
    return result;
}

}  // namespace sinew::search
