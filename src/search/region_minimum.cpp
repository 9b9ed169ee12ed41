// SPDX-License-Identifier: Apache-2.0
#include "search/region_minimum.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "base/join.hpp"
#include "exact/exact_simplex.hpp"

namespace sinew::search {

namespace {
using model::Relation;

/// The linear program: columns are the inputs, rows what keeps them in the region.
class Region {
  public:
    Region(const model::Query& query, const model::Witness& witness)
        : query_(query), network_(query.network), witness_(witness), form_of_(network_.variable_count()) {
        inputs_ = network_.input_variables();
        for (const Variable input : inputs_) {
            columns_.emplace(input, simplex_.add_column());
            form_of_[input.index()] = LinearForm(input);
        }
        mark_needed();
    }

    RegionMinimum minimize(const LinearForm& objective, const Limits& limits);

  private:
    void mark_needed();
    void keep_domains();
    bool keep_integers();
    /// False where a limit was reached.
    bool keep_pieces(const Limits& limits);
    void keep_piece(Variable output, Variable source, const model::Activation& activation);
    void keep_maximum(const model::MaxPoolLayer& pool, Variable output, std::size_t index);
    void keep_atoms();
    LinearForm over_inputs(const LinearForm& form) const;
    /// form ⋈ 0, over inputs.
    void demand(const LinearForm& form, Relation relation);
    SimplexVariable row_of(const LinearForm& form);
    std::vector<Rational> inputs() const;
    const Rational& value(Variable variable) const { return witness_.values[variable.index()]; }

    const model::Query& query_;
    const model::Network& network_;
    const model::Witness& witness_;
    std::vector<Variable> inputs_;
    std::vector<std::uint8_t> needed_;
    std::vector<LinearForm> form_of_;  // by variable: over inputs, within the region
    std::unordered_map<Variable, SimplexVariable> columns_;
    ExactSimplex simplex_;
};

/// What conditions and objective depend on: of the rest nothing need be kept.
void Region::mark_needed() {
    needed_.assign(network_.variable_count(), 0);
    const auto mark = [&](const LinearForm& form) {
        for (const LinearTerm& term : form.terms()) needed_[term.variable.index()] = 1;
    };
    for (std::size_t i = 0; i < query_.formulas.size(); ++i) mark(query_.formulas.node(model::FormulaId(i)).atom.form);
    if (query_.objective) mark(query_.objective->form);
    for (std::size_t v = network_.variable_count(); v-- > 0;) {
        if (needed_[v] == 0) continue;
        const model::Component component = network_.component(Variable(v));
        const model::LayerOperation& operation = network_.layer(component.layer).operation;
        if (const auto* activation = std::get_if<model::ActivationLayer>(&operation)) {
            needed_[network_.variable(activation->source, component.index).index()] = 1;
        } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&operation)) {
            for (std::size_t k = pool->begin[component.index]; k < pool->begin[component.index + 1]; ++k)
                needed_[network_.variable(pool->source, pool->member[k]).index()] = 1;
        } else if (std::holds_alternative<model::AffineLayer>(operation)) {
            mark(network_.affine_form(component.layer, component.index));
        }
    }
}

LinearForm Region::over_inputs(const LinearForm& form) const {
    std::vector<LinearTerm> terms;
    Rational constant = form.constant();
    for (const LinearTerm& term : form.terms()) {
        const LinearForm& inner = form_of_[term.variable.index()];
        for (const LinearTerm& part : inner.terms())
            terms.push_back({part.variable, part.coefficient * term.coefficient});
        constant += inner.constant() * term.coefficient;
    }
    return {std::move(terms), std::move(constant)};
}

SimplexVariable Region::row_of(const LinearForm& form) {
    std::vector<SimplexTerm> terms;
    for (const LinearTerm& term : form.terms()) terms.push_back({columns_.at(term.variable), term.coefficient});
    return simplex_.add_row(terms);
}

void Region::demand(const LinearForm& form, Relation relation) {
    if (form.is_constant()) return;  // it holds at the witness
    const SimplexVariable row = row_of(form);
    const Rational bound = -form.constant();
    simplex_.set_bound(row, Side::upper, bound, relation == Relation::less ? Strictness::strict : Strictness::closed);
    if (relation == Relation::equal) simplex_.set_bound(row, Side::lower, bound, Strictness::closed);
}

void Region::keep_domains() {
    for (const auto& [variable, domain] : query_.domains) {
        const SimplexVariable column = columns_.at(variable);
        const bool listed = !domain.values.empty();
        const std::optional<Rational> lower = listed ? value(variable) : domain.lower;
        const std::optional<Rational> upper = listed ? value(variable) : domain.upper;
        if (lower) simplex_.set_bound(column, Side::lower, *lower, Strictness::closed);
        if (upper) simplex_.set_bound(column, Side::upper, *upper, Strictness::closed);
    }
}

/// Integers stay at their values. False where there are none.
bool Region::keep_integers() {
    bool any = false;
    for (const auto& [variable, domain] : query_.domains) {
        if (domain.kind != model::DomainKind::integer) continue;
        any = true;
        for (const Side side : {Side::lower, Side::upper})
            simplex_.set_bound(columns_.at(variable), side, value(variable), Strictness::closed);
    }
    return any;
}

void Region::keep_piece(Variable output, Variable source, const model::Activation& activation) {
    const std::vector<model::Piece> pieces = model::pieces(activation);
    const std::size_t at = model::piece_at(pieces, value(source));
    const LinearForm& argument = form_of_[source.index()];
    const auto value_at = [](const model::Piece& piece, const Rational& s) -> Rational {
        return piece.slope * s + piece.intercept;
    };
    // Where pieces meet, the point between them belongs to both.
    const auto joined = [&](std::size_t piece) {
        const Rational& begin = *pieces[piece].begin;
        return value_at(pieces[piece - 1], begin) == value_at(pieces[piece], begin);
    };
    if (at > 0) {
        LinearForm below(*pieces[at].begin);  // begin - argument
        below.add(argument, -1);
        demand(below, pieces[at].begin_closed || joined(at) ? Relation::less_equal : Relation::less);
    }
    if (at + 1 < pieces.size()) {
        LinearForm above = argument;
        above.add_constant(-*pieces[at + 1].begin);
        demand(above, !pieces[at + 1].begin_closed || joined(at + 1) ? Relation::less_equal : Relation::less);
    }
    LinearForm result = argument;
    result.scale(pieces[at].slope);
    result.add_constant(pieces[at].intercept);
    form_of_[output.index()] = std::move(result);
}

void Region::keep_maximum(const model::MaxPoolLayer& pool, Variable output, std::size_t index) {
    std::vector<Variable> members;
    for (std::size_t k = pool.begin[index]; k < pool.begin[index + 1]; ++k)
        members.push_back(network_.variable(pool.source, pool.member[k]));
    const Variable greatest =
        *std::max_element(members.begin(), members.end(), [&](Variable a, Variable b) { return value(a) < value(b); });
    for (const Variable member : members)
        if (member != greatest) demand(form_of_[member.index()] - form_of_[greatest.index()], Relation::less_equal);
    form_of_[output.index()] = form_of_[greatest.index()];
}

bool Region::keep_pieces(const Limits& limits) {
    for (std::size_t l = 0; l < network_.layer_count(); ++l) {
        const model::Layer& layer = network_.layers()[l];
        for (std::size_t i = 0; i < layer.size; ++i) {
            const Variable variable(layer.first.index() + i);
            if (needed_[variable.index()] == 0) continue;
            if (limits.exceeded()) return false;
            if (const auto* activation = std::get_if<model::ActivationLayer>(&layer.operation))
                keep_piece(variable, network_.variable(activation->source, i), activation->activation);
            else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation))
                keep_maximum(*pool, variable, i);
            else if (std::holds_alternative<model::AffineLayer>(layer.operation))
                form_of_[variable.index()] = over_inputs(network_.affine_form(model::LayerId(l), i));
        }
    }
    return true;
}

/// Every atom stays as true as it is, so every formula does.
void Region::keep_atoms() {
    for (std::size_t i = 0; i < query_.formulas.size(); ++i) {
        const model::FormulaNode& node = query_.formulas.node(model::FormulaId(i));
        if (node.kind != model::FormulaKind::atom) continue;
        const int side = sgn(node.atom.form.value(witness_.values));
        LinearForm form = over_inputs(node.atom.form);
        if (model::holds(side, node.atom.relation)) {
            demand(form, node.atom.relation);
            continue;
        }
        // not (f < 0) is f >= 0, whatever the side: f may be 0. not (f <= 0) is f > 0; f != 0 stays on its side.
        if (node.atom.relation != Relation::equal || side > 0) form.scale(-1);
        demand(form, node.atom.relation == Relation::less ? Relation::less_equal : Relation::less);
    }
}

std::vector<Rational> Region::inputs() const {
    const std::vector<Rational> all = simplex_.solution();
    std::vector<Rational> result;
    for (const Variable input : inputs_) result.push_back(all[columns_.at(input).index()]);
    return result;
}

RegionMinimum Region::minimize(const LinearForm& objective, const Limits& limits) {
    RegionMinimum result;
    keep_domains();
    if (!keep_pieces(limits)) return result;
    keep_atoms();
    const LinearForm form = over_inputs(objective);
    const SimplexVariable row = row_of(form);
    const SimplexLimits simplex_limits{limits, std::numeric_limits<std::uint64_t>::max()};
    // A ray along which the objective falls is rational: some multiple of it leads from the witness, integers and all,
    // to integers again and again. So what is unbounded with integers free is unbounded.
    ExactSimplex::Optimum optimum = simplex_.minimize(row, simplex_limits);
    if (optimum.result == ExactSimplex::Result::feasible && keep_integers())
        optimum = simplex_.minimize(row, simplex_limits);
    if (optimum.result == ExactSimplex::Result::unbounded) result.outcome = RegionOutcome::unbounded;
    if (optimum.result != ExactSimplex::Result::feasible) return result;
    result.infimum = optimum.value + form.constant();
    result.outcome = optimum.attained ? RegionOutcome::attained : RegionOutcome::approached;
    // Any δ will do where the infimum is attained; else the point is to come near to it.
    const Rational near = optimum.attained ? Rational(0) : Rational((abs(result.infimum) + 1) / 1'000'000'000);
    simplex_.set_bound(row, Side::upper, optimum.value + near, Strictness::closed);
    if (simplex_.check(simplex_limits) != ExactSimplex::Result::feasible) {
        result.outcome = RegionOutcome::stopped;
        return result;
    }
    result.inputs = inputs();
    return result;
}

}  // namespace

RegionMinimum minimize_in_region(const model::Query& query, const model::Witness& witness, const LinearForm& objective,
                                 const Limits& limits) {
    return Region(query, witness).minimize(objective, limits);
}

}  // namespace sinew::search
