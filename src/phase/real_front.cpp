// SPDX-License-Identifier: Apache-2.0
#include "phase/real_front.hpp"

#include <algorithm>

namespace sinew::phase {

namespace {
constexpr std::size_t most_terms = 1'000'000;  // of one neuron

void raise(std::optional<Rational>& lower, const Rational& value) {
    if (!lower || *lower < value) lower = value;
}
void sink(std::optional<Rational>& upper, const Rational& value) {
    if (!upper || value < *upper) upper = value;
}

/// factor · x + constant <= 0
void tighten(Range& range, const Rational& factor, const Rational& constant) {
    const Rational value = -constant / factor;
    if (factor > 0)
        sink(range.upper, value);
    else
        raise(range.lower, value);
}
}  // namespace

std::optional<std::vector<std::pair<Variable, Range>>> input_ranges(const model::Query& query) {
    std::vector<std::pair<Variable, Range>> ranges;
    std::vector<Range*> of(query.network.variable_count(), nullptr);
    for (const Variable input : query.network.input_variables()) ranges.emplace_back(input, Range{});
    for (auto& [input, range] : ranges) of[input.index()] = &range;
    for (const auto& [variable, domain] : query.domains) {
        if (domain.kind != model::DomainKind::real) return std::nullopt;
        if (of[variable.index()] == nullptr) continue;
        if (domain.lower) raise(of[variable.index()]->lower, *domain.lower);
        if (domain.upper) sink(of[variable.index()]->upper, *domain.upper);
    }
    std::vector<model::FormulaId> open{query.input_condition, query.output_condition};
    while (!open.empty()) {
        const model::FormulaNode& node = query.formulas.node(open.back());
        open.pop_back();
        if (node.kind == model::FormulaKind::conjunction)
            open.insert(open.end(), node.children.begin(), node.children.end());
        if (node.kind != model::FormulaKind::atom || node.atom.form.terms().size() != 1) continue;
        const LinearTerm& term = node.atom.form.terms()[0];
        Range* const range = of[term.variable.index()];
        if (range == nullptr) continue;
        tighten(*range, term.coefficient, node.atom.form.constant());
        if (node.atom.relation == model::Relation::equal)
            tighten(*range, -term.coefficient, -node.atom.form.constant());
    }
    return ranges;
}

std::optional<bool> RealFront::decided(const FrontAtom& atom) const {
    std::optional<Rational> low = atom.form.constant();
    std::optional<Rational> high = atom.form.constant();
    const auto add = [](std::optional<Rational>& sum, const Rational& factor, const std::optional<Rational>& end) {
        if (!end)
            sum.reset();
        else if (sum)
            *sum += factor * *end;
    };
    for (const LinearTerm& term : atom.form.terms()) {
        const Range& range = box_[place_[term.variable.index()]].second;
        const bool up = term.coefficient > 0;
        add(low, term.coefficient, up ? range.lower : range.upper);
        add(high, term.coefficient, up ? range.upper : range.lower);
    }
    if (low && (atom.strict ? *low > 0 : *low >= 0)) return true;
    if (high && (atom.strict ? *high <= 0 : *high < 0)) return false;
    return std::nullopt;
}

std::optional<RealFront> RealFront::without_neurons(const model::Query& query) {
    auto box = input_ranges(query);
    if (!box) return std::nullopt;
    RealFront front;
    front.box_ = std::move(*box);
    front.place_.resize(query.network.variable_count());
    for (std::uint32_t i = 0; i < front.box_.size(); ++i) front.place_[front.box_[i].first.index()] = i;
    return front;
}

std::uint32_t RealFront::add_unit(FrontAtom atom) {
    units_.push_back({{static_cast<std::uint32_t>(atoms_.size())}, false});
    atoms_.push_back(std::move(atom));
    return static_cast<std::uint32_t>(units_.size() - 1);
}

class FrontBuilder {
  public:
    explicit FrontBuilder(const model::Query& query) : query_(query), network_(query.network) {}

    std::optional<RealFront> find(const Limits& limits, std::string& reason) {
        const std::vector<model::Layer>& layers = network_.layers();
        std::size_t first = 0;
        while (first < layers.size() && !std::holds_alternative<model::ActivationLayer>(layers[first].operation))
            ++first;
        if (first == layers.size()) return refuse(reason, "the network has no neurons");
        auto front = RealFront::without_neurons(query_);
        if (!front) return refuse(reason, "an input is no real");
        result_ = std::move(*front);
        const auto& activation = std::get<model::ActivationLayer>(layers[first].operation);
        for (std::size_t i = 0; i < layers[first].size; ++i) {
            if (i % 64 == 0 && limits.exceeded()) return refuse(reason, "a limit was reached");
            if (!add_unit(network_.variable(activation.source, i)))
                return refuse(reason, "the layers below the first neurons are not affine");
        }
        return std::move(result_);
    }

  private:
    static std::optional<RealFront> refuse(std::string& reason, const char* why) {
        reason = why;
        return std::nullopt;
    }

    const model::LayerOperation& operation(Variable variable) const {
        return network_.layer(network_.component(variable).layer).operation;
    }

    /// The neuron that is on where `variable` >= 0.
    bool add_unit(Variable variable) {
        Rational factor = 1;  // factor · (a variable further down) + shift >= 0
        Rational shift = 0;
        while (true) {
            if (const auto* pool = std::get_if<model::MaxPoolLayer>(&operation(variable)))
                return add_maximum(*pool, network_.component(variable).index, factor, shift);
            if (!std::holds_alternative<model::AffineLayer>(operation(variable)))
                return add_single(variable, factor, shift);
            const model::Component at = network_.component(variable);
            const LinearForm form = network_.affine_form(at.layer, at.index);
            if (form.terms().size() != 1) return add_single(variable, factor, shift);
            shift += factor * form.constant();
            factor *= form.terms()[0].coefficient;
            variable = form.terms()[0].variable;
        }
    }

    bool add_single(Variable variable, const Rational& factor, const Rational& shift) {
        LinearForm form;
        if (!expand(variable, form)) return false;
        form.scale(factor);
        form.add_constant(shift);
        FrontUnit unit;
        add_atom(std::move(form), false, unit);
        result_.units_.push_back(std::move(unit));
        return true;
    }

    /// factor · max + shift >= 0: some member is large enough, or (factor < 0) none is too large.
    bool add_maximum(const model::MaxPoolLayer& pool, std::size_t window, const Rational& factor,
                     const Rational& shift) {
        FrontUnit unit;
        if (factor == 0) {
            unit.negated = shift >= 0;
        } else {
            unit.negated = factor < 0;
            for (std::size_t k = pool.begin[window]; k < pool.begin[window + 1]; ++k) {
                LinearForm form;
                if (!expand(network_.variable(pool.source, pool.member[k]), form)) return false;
                form.add_constant(shift / factor);
                if (!add_atom(std::move(form), factor < 0, unit)) break;
            }
        }
        result_.units_.push_back(std::move(unit));
        return true;
    }

    /// Adds an atom to a unit unless the box decides it; false: the atom is always true, and the unit decided.
    bool add_atom(LinearForm form, bool strict, FrontUnit& unit) {
        FrontAtom atom{std::move(form), strict};
        const std::optional<bool> known = result_.decided(atom);
        if (known == true) {
            unit.atoms.clear();
            unit.negated = !unit.negated;
            return false;
        }
        if (known == false) return true;
        unit.atoms.push_back(static_cast<std::uint32_t>(result_.atoms_.size()));
        result_.atoms_.push_back(std::move(atom));
        return true;
    }

    /// The variable as a form over inputs.
    bool expand(Variable variable, LinearForm& form) const {
        std::vector<LinearTerm> open{{variable, 1}};
        std::vector<LinearTerm> inputs;
        Rational constant = 0;
        while (!open.empty()) {
            LinearTerm term = std::move(open.back());
            open.pop_back();
            if (open.size() + inputs.size() > most_terms) return false;
            if (network_.is_input(term.variable)) {
                inputs.push_back(std::move(term));
                continue;
            }
            if (!std::holds_alternative<model::AffineLayer>(operation(term.variable))) return false;
            const model::Component at = network_.component(term.variable);
            const LinearForm own = network_.affine_form(at.layer, at.index);
            constant += own.constant() * term.coefficient;
            for (const LinearTerm& each : own.terms())
                open.push_back({each.variable, each.coefficient * term.coefficient});
        }
        form = LinearForm(std::move(inputs), std::move(constant));
        return true;
    }

    const model::Query& query_;
    const model::Network& network_;
    RealFront result_;
};

std::optional<RealFront> RealFront::of(const model::Query& query, const Limits& limits, std::string& reason) {
    return FrontBuilder(query).find(limits, reason);
}

}  // namespace sinew::phase
