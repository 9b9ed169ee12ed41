#include "write/interval_bounds.hpp"

#include <cmath>

namespace sinew::write {

namespace {
void raise(Interval& interval, const Rational& lower) {
    if (!interval.lower || *interval.lower < lower) interval.lower = lower;
}
void lower(Interval& interval, const Rational& upper) {
    if (!interval.upper || *interval.upper > upper) interval.upper = upper;
}

/// Outwards to doubles, so that numbers stay short from layer to layer.
Interval rounded(Interval interval) {
    if (interval.lower) {
        const double below = to_double_below(*interval.lower);
        interval.lower = std::isfinite(below) ? std::optional(Rational(below)) : std::nullopt;
    }
    if (interval.upper) {
        const double above = to_double_above(*interval.upper);
        interval.upper = std::isfinite(above) ? std::optional(Rational(above)) : std::nullopt;
    }
    return interval;
}

/// The hull of the images of all pieces that meet the interval.
Interval image(const std::vector<model::Piece>& pieces, const Interval& of) {
    bool first = true;
    Interval hull;
    for (std::size_t k = 0; k < pieces.size(); ++k) {
        Interval part = of;
        if (pieces[k].begin) raise(part, *pieces[k].begin);
        if (k + 1 < pieces.size()) lower(part, *pieces[k + 1].begin);
        if (part.lower && part.upper && *part.lower > *part.upper) continue;
        const auto value = [&](const std::optional<Rational>& s) -> std::optional<Rational> {
            if (pieces[k].slope == 0) return pieces[k].intercept;
            if (!s) return std::nullopt;
            return Rational(pieces[k].slope * *s + pieces[k].intercept);
        };
        Interval values{value(part.lower), value(part.upper)};
        if (pieces[k].slope < 0) std::swap(values.lower, values.upper);
        if (first) {
            hull = values;
        } else {
            if (!values.lower || (hull.lower && *values.lower < *hull.lower)) hull.lower = values.lower;
            if (!values.upper || (hull.upper && *values.upper > *hull.upper)) hull.upper = values.upper;
        }
        first = false;
    }
    return hull;
}

class Propagation {
  public:
    explicit Propagation(const model::Query& query) : query_(query), bounds_(query.network.variable_count()) {}

    std::vector<Interval> run() {
        for (const auto& [variable, domain] : query_.domains) {
            Interval& interval = bounds_[variable.index()];
            if (domain.lower) raise(interval, *domain.lower);
            if (domain.upper) lower(interval, *domain.upper);
            if (domain.values.empty()) continue;
            raise(interval, domain.values.front());
            lower(interval, domain.values.back());
        }
        for (const model::FormulaId condition : {query_.input_condition, query_.output_condition}) demand(condition);
        for (std::size_t l = 0; l < query_.network.layer_count(); ++l)
            std::visit([&](const auto& operation) { layer(model::LayerId(l), operation); },
                       query_.network.layers()[l].operation);
        return std::move(bounds_);
    }

  private:
    void demand(model::FormulaId id) {
        const model::FormulaNode& node = query_.formulas.node(id);
        if (node.kind == model::FormulaKind::conjunction)
            for (const model::FormulaId child : node.children)
                if (query_.formulas.node(child).kind != model::FormulaKind::conjunction) demand(child);
        const bool negated = node.kind == model::FormulaKind::negation;
        const model::FormulaNode& inner = negated ? query_.formulas.node(node.children[0]) : node;
        if (inner.kind != model::FormulaKind::atom || inner.atom.form.terms().size() != 1) return;
        const LinearTerm& term = inner.atom.form.terms()[0];
        if (!query_.network.is_input(term.variable)) return;
        const Rational value = -inner.atom.form.constant() / term.coefficient;
        Interval& interval = bounds_[term.variable.index()];
        if (inner.atom.relation == model::Relation::equal) {
            if (negated) return;
            raise(interval, value);
            lower(interval, value);
        } else if ((sgn(term.coefficient) > 0) != negated) {
            lower(interval, value);
        } else {
            raise(interval, value);
        }
    }

    Interval& at(model::LayerId id, std::size_t i) { return bounds_[query_.network.variable(id, i).index()]; }

    void layer(model::LayerId, const model::InputLayer&) {}

    void layer(model::LayerId id, const model::AffineLayer&) {
        for (std::size_t i = 0; i < query_.network.layer(id).size; ++i)
            at(id, i) = rounded(range(query_.network.affine_form(id, i), bounds_));
    }

    void layer(model::LayerId id, const model::ActivationLayer& operation) {
        const std::vector<model::Piece> pieces = model::pieces(operation.activation);
        if (pieces.empty()) return;
        for (std::size_t i = 0; i < query_.network.layer(id).size; ++i)
            at(id, i) = rounded(image(pieces, at(operation.source, i)));
    }

    void layer(model::LayerId id, const model::MaxPoolLayer& pool) {
        for (std::size_t w = 0; w < query_.network.layer(id).size; ++w) {
            Interval& result = at(id, w);
            bool bounded = true;
            for (std::size_t k = pool.begin[w]; k < pool.begin[w + 1]; ++k) {
                const Interval& member = at(pool.source, pool.member[k]);
                if (member.lower) raise(result, *member.lower);
                bounded = bounded && member.upper;
                if (bounded && (!result.upper || *member.upper > *result.upper)) result.upper = member.upper;
            }
            if (!bounded) result.upper.reset();
        }
    }

    const model::Query& query_;
    std::vector<Interval> bounds_;
};
}  // namespace

std::vector<Interval> interval_bounds(const model::Query& query) {
    return Propagation(query).run();
}

Interval range(const LinearForm& form, const std::vector<Interval>& bounds) {
    Interval result{form.constant(), form.constant()};
    for (const LinearTerm& term : form.terms()) {
        const Interval& of = bounds[term.variable.index()];
        const bool positive = sgn(term.coefficient) > 0;
        const auto& low = positive ? of.lower : of.upper;
        const auto& high = positive ? of.upper : of.lower;
        if (!low) result.lower.reset();
        if (!high) result.upper.reset();
        if (result.lower) *result.lower += term.coefficient * *low;
        if (result.upper) *result.upper += term.coefficient * *high;
    }
    return result;
}

}  // namespace sinew::write
