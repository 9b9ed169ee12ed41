// SPDX-License-Identifier: Apache-2.0
#include "integer/piecewise.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"

namespace sinew::integer {

namespace {
using model::Piece;

LinearForm line(const Piece& piece, const LinearForm& argument) {
    LinearForm result = argument;
    result.scale(piece.slope);
    result.add_constant(piece.intercept);
    return result;
}

/// A literal that is true iff the argument has reached the piece.
Bound reached(Forms& forms, const Piece& piece, const LinearForm& argument) {
    LinearForm rest(*piece.begin);
    rest.add(argument, -1);  // begin - argument <= 0
    return forms.literal(rest, piece.begin_closed ? model::Relation::less_equal : model::Relation::less);
}

/// Pieces that the argument can lie on.
std::vector<Piece> possible(const std::vector<Piece>& pieces, const std::pair<Rational, Rational>& range) {
    const std::size_t first = model::piece_at(pieces, range.first);
    const std::size_t last = model::piece_at(pieces, range.second);
    return {pieces.begin() + static_cast<std::ptrdiff_t>(first),
            pieces.begin() + static_cast<std::ptrdiff_t>(last) + 1};
}

/// A line of a convex function lies below it everywhere, of a concave one above.
enum class Bend { convex, concave, other };
Bend bend_of(std::span<const Piece> pieces) {
    bool convex = true;
    bool concave = true;
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        const Rational& at = *pieces[i].begin;
        const bool continuous =
            pieces[i - 1].slope * at + pieces[i - 1].intercept == pieces[i].slope * at + pieces[i].intercept;
        convex = convex && continuous && pieces[i - 1].slope <= pieces[i].slope;
        concave = concave && continuous && pieces[i - 1].slope >= pieces[i].slope;
    }
    return convex ? Bend::convex : concave ? Bend::concave : Bend::other;
}

Integer denominator_of(const LinearForm& form) {
    return scaled(form).denominator;
}

}  // namespace

std::optional<LinearForm> add_activation(Forms& forms, const model::Activation& activation,
                                         const LinearForm& argument) {
    const std::pair<Rational, Rational> range = forms.range(argument);
    const std::vector<Piece> pieces = possible(model::pieces(activation), range);
    if (pieces.size() == 1) return line(pieces.front(), argument);

    std::vector<Bound> begins;  // begins[i]: piece i + 1 is reached
    for (std::size_t i = 1; i < pieces.size(); ++i) begins.push_back(reached(forms, pieces[i], argument));
    const bool is_step = std::all_of(pieces.begin(), pieces.end(), [](const Piece& piece) { return piece.slope == 0; });
    Rational lower = pieces.front().slope * range.first + pieces.front().intercept;
    Rational upper = lower;
    Integer denominator = 1;
    for (const Piece& piece : pieces) {
        denominator = lcm(denominator, denominator_of(line(piece, argument)));
        // Ends of pieces are where the extremes are.
        for (const Rational& end : {std::max(range.first, piece.begin.value_or(range.first)), range.second}) {
            lower = std::min(lower, Rational(piece.slope * end + piece.intercept));
            upper = std::max(upper, Rational(piece.slope * end + piece.intercept));
        }
    }
    std::optional<LinearForm> output = forms.quantity(lower, upper, denominator);
    if (!output) return std::nullopt;
    const Bend bend = is_step ? Bend::other : bend_of(pieces);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const LinearForm difference = *output - line(pieces[i], argument);
        const LinearForm opposite = line(pieces[i], argument) - *output;
        if (bend == Bend::convex) forms.demand(opposite, model::Relation::less_equal);
        if (bend == Bend::concave) forms.demand(difference, model::Relation::less_equal);
        // On the piece: it is reached, and the next one is not.
        Bound here = i == 0 ? ~begins[0] : begins[i - 1];
        if (i > 0 && i + 1 < pieces.size()) {
            here = is_true(forms.model().add_boolean());
            forms.model().add_clause({here, ~begins[i - 1], begins[i]});
            forms.model().add_clause({~here, begins[i - 1]});
            forms.model().add_clause({~here, ~begins[i]});
        }
        if (bend != Bend::convex) forms.demand_if(here, opposite, model::Relation::less_equal);
        if (bend != Bend::concave) forms.demand_if(here, difference, model::Relation::less_equal);
    }
    return output;
}

std::optional<LinearForm> add_maximum(Forms& forms, std::span<const LinearForm> members) {
    require(!members.empty(), "a maximum has members");
    if (members.size() == 1) return members.front();
    Integer denominator = 1;
    std::pair<Rational, Rational> range = forms.range(members.front());
    for (const LinearForm& member : members) {
        denominator = lcm(denominator, denominator_of(member));
        const auto [lower, upper] = forms.range(member);
        range = {std::max(range.first, lower), std::max(range.second, upper)};
    }
    std::optional<LinearForm> output = forms.quantity(range.first, range.second, denominator);
    if (!output) return std::nullopt;
    std::vector<Bound> chosen;
    for (const LinearForm& member : members) {
        forms.demand(member - *output, model::Relation::less_equal);
        if (forms.range(member).second < range.first) continue;  // another is always larger
        chosen.push_back(is_true(forms.model().add_boolean()));
        forms.demand_if(chosen.back(), *output - member, model::Relation::less_equal);
    }
    forms.model().add_clause(chosen);
    return output;
}

}  // namespace sinew::integer
