// SPDX-License-Identifier: Apache-2.0
#include "search/exact_sweep.hpp"

#include <utility>

#include "base/effort.hpp"
#include "model/forward.hpp"
#include "search/lane_network.hpp"

namespace sinew::search {

namespace {
using model::ActivationLayer;
using model::MaxPoolLayer;

/// A function's value at a point, and its slope to the right of it.
struct Germ {
    Rational value, slope;
    Germ operator+(const Germ& other) const { return {value + other.value, slope + other.slope}; }
};

/// The piece that holds at the point and to the right of it: of a value at a breakpoint the slope decides.
std::size_t piece_right_of(std::span<const model::Piece> pieces, const Rational& value, int direction) {
    std::size_t piece = 0;
    for (std::size_t k = 1; k < pieces.size(); ++k) {
        const int order = cmp(*pieces[k].begin, value);
        if (order < 0 || (order == 0 && direction >= 0)) piece = k;
    }
    return piece;
}

struct GermArithmetic {
    using Number = Germ;
    static const Germ zero;
    static Germ number(const model::NumberArray& numbers, std::size_t index) { return {numbers.exact(index), 0}; }
    static void add_product(Germ& sum, const model::NumberArray& numbers, std::size_t index, const Germ& germ) {
        if (sgn(germ.value) == 0 && sgn(germ.slope) == 0) return;
        const Rational weight = numbers.exact(index);
        spend(2 * ticks_per_rational);
        if (sgn(germ.value) != 0) sum.value += weight * germ.value;
        if (sgn(germ.slope) != 0) sum.slope += weight * germ.slope;
    }
    static auto function(const model::Activation& activation) {
        return [pieces = model::pieces(activation)](const Germ& s) {
            const model::Piece& piece = pieces[piece_right_of(pieces, s.value, sgn(s.slope))];
            return Germ{piece.slope * s.value + piece.intercept, piece.slope * s.slope};
        };
    }
    static Germ larger(const Germ& a, const Germ& b) {
        const int order = cmp(a.value, b.value);
        return order > 0 || (order == 0 && a.slope >= b.slope) ? a : b;
    }
};
const Germ GermArithmetic::zero;

/// How far to the right the first neuron changes its piece, at most `length`.
Rational piece_length(const model::Network& network, const std::vector<Germ>& germs, Rational length) {
    const auto shorten = [&](const Rational& way, const Rational& speed) {
        if (sgn(speed) == 0) return;
        Rational there = way / speed;
        if (sgn(there) > 0 && there < length) length = std::move(there);
    };
    for (const model::Layer& layer : network.layers()) {
        if (const auto* activation = std::get_if<ActivationLayer>(&layer.operation)) {
            const std::vector<model::Piece> pieces = model::pieces(activation->activation);
            const std::size_t first = network.layer(activation->source).first.index();
            for (std::size_t i = first; i < first + layer.size; ++i)
                for (std::size_t k = 1; k < pieces.size(); ++k)
                    shorten(*pieces[k].begin - germs[i].value, germs[i].slope);
        } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layer.operation)) {
            const std::size_t first = network.layer(pool->source).first.index();
            for (std::size_t w = 0; w < layer.size; ++w)
                for (std::size_t k = pool->begin[w]; k < pool->begin[w + 1]; ++k) {
                    const Germ& most = germs[layer.first.index() + w];
                    const Germ& member = germs[first + pool->member[k]];
                    shorten(most.value - member.value, member.slope - most.slope);
                }
        }
    }
    return length;
}
}  // namespace

bool ExactSweep::fits(const model::Network& network) {
    if (network.input_variables().size() != 1 || model::is_curved(network)) return false;
    for (const model::Layer& layer : network.layers())
        if (const auto* activation = std::get_if<ActivationLayer>(&layer.operation))
            if (!model::is_piecewise_linear(activation->activation) || is_step(activation->activation.kind))
                return false;
    return true;
}

std::optional<Rational> ExactSweep::solution(const Disjunct& disjunct, const Rational& length) const {
    Rational low = 0;
    Rational high = length;
    bool low_closed = true;
    bool high_closed = true;
    for (const model::Atom& atom : disjunct.rows) {
        Rational constant = atom.form.constant();
        Rational slope = 0;
        for (const LinearTerm& term : atom.form.terms()) {
            constant += term.coefficient * value_[term.variable.index()];
            slope += term.coefficient * slope_[term.variable.index()];
        }
        const bool strict = atom.relation == model::Relation::less;
        const bool equal = atom.relation == model::Relation::equal;
        if (sgn(slope) == 0) {
            const int sign = sgn(constant);
            if (sign > 0 || (strict && sign == 0) || (equal && sign != 0)) return std::nullopt;
            continue;
        }
        const Rational end = -constant / slope;
        if ((sgn(slope) > 0 || equal) && (end < high || (end == high && strict))) {
            high = end;
            high_closed = !strict;
        }
        if ((sgn(slope) < 0 || equal) && (end > low || (end == low && strict))) {
            low = end;
            low_closed = !strict;
        }
    }
    if (low > high || (low == high && !(low_closed && high_closed))) return std::nullopt;
    if (low == high) return low;
    return Rational((low + high) / 2);
}

ExactSweep::Result ExactSweep::advance(const Limits& limits) {
    if (at_ > to_) return Result::refuted;
    while (true) {
        if (limits.exceeded()) return Result::paused;
        if (++pieces_ > most_pieces) return Result::open;
        const std::vector<Germ> start = {{at_, 1}};
        const std::vector<Germ> germs = model::Forward<GermArithmetic>::values(query_.network, start);
        spend(germs.size());
        const Rational length = piece_length(query_.network, germs, to_ - at_);
        value_.resize(germs.size());
        slope_.resize(germs.size());
        for (std::size_t v = 0; v < germs.size(); ++v) {
            value_[v] = germs[v].value;
            slope_[v] = germs[v].slope;
        }
        for (const Disjunct& disjunct : disjuncts_) {
            const std::optional<Rational> beyond = solution(disjunct, length);
            if (!beyond) continue;
            const std::vector<Rational> point = {at_ + *beyond};
            found_ = confirm(query_, std::vector<double>{to_nearest(point[0])}, {});
            if (!found_) found_ = confirm_exact(query_, point, {});
            return found_ ? Result::found : Result::open;
        }
        if (sgn(length) == 0 || length == to_ - at_) return Result::refuted;
        at_ += length;
    }
}

}  // namespace sinew::search
