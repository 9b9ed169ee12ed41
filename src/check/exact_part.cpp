// SPDX-License-Identifier: Apache-2.0
#include "check/exact_part.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/limit_scope.hpp"
#include "check/integer_rows.hpp"
#include "exact/exact_simplex.hpp"
#include "exact/transcendental.hpp"

namespace sinew::check {

namespace {

/// Levels of cases, and of sides of integers, below which nothing is tried: each takes its share of the stack.
constexpr std::size_t most_levels = 2000;

/// Neurons that may be on several pieces, and windows with several greatest members: one of the cases holds.
struct Choice {
    std::vector<std::vector<Range>> cases;
    bool is_made = false;  ///< one of them is demanded
};

class Programs {
  public:
    Programs(const model::Query& query, const Goal& goal, std::size_t most)
        : query_(query), goal_(goal), domains_(model::input_domains(query)), left_(most) {}

    bool is_empty(const ProofNode& node) {
        if (!build(node)) return false;
        return is_empty(goal_.nodes.size() - 1, {});
    }

  private:
    /// False: a layer is of no kind that is known here.
    bool build(const ProofNode& node) {
        const model::Network& network = query_.network;
        forms_.resize(network.variable_count());
        std::size_t neuron = 0;
        std::size_t input = 0;
        for (std::size_t l = 0; l < network.layer_count(); ++l) {
            const model::Layer& layer = network.layers()[l];
            const std::size_t first = layer.first.index();
            const bool is_neurons = is_read_by_neurons(l);
            for (std::size_t i = 0; i < layer.size; ++i) {
                check_limits();
                const std::size_t v = first + i;
                if (std::holds_alternative<model::InputLayer>(layer.operation)) {
                    const SimplexVariable column = simplex_.add_column();
                    forms_[v] = LinearForm(Variable(column.index()));
                    const Interval side{node.inputs[2 * input], node.inputs[2 * input + 1]};
                    if (std::isfinite(side.lower)) bound({column, to_rational(side.lower), {}});
                    if (std::isfinite(side.upper)) bound({column, {}, to_rational(side.upper)});
                    const model::Domain& domain = domains_[input];
                    bound({column, domain.lower, domain.upper});
                    if (!domain.values.empty()) bound({column, domain.values.front(), domain.values.back()});
                    if (domain.kind == model::DomainKind::integer) integers_.add(column);
                    inputs_.push_back(column);
                    ++input;
                } else if (std::holds_alternative<model::AffineLayer>(layer.operation)) {
                    forms_[v] = composed(network.affine_form(model::LayerId(l), i));
                } else if (const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation)) {
                    if (!add_neuron(v, network.variable(neurons->source, i).index(), neurons->activation)) return false;
                } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
                    add_maximum(v, network.layer(pool->source).first.index(),
                                std::span(pool->member).subspan(pool->begin[i], pool->begin[i + 1] - pool->begin[i]));
                } else {
                    return false;
                }
                if (!is_neurons) continue;
                Interval at{node.neurons[2 * neuron], node.neurons[2 * neuron + 1]};
                for (const Assumption& phase : node.phases)
                    if (phase.variable == v) {
                        if (phase.is_upper)
                            at.upper = std::min(at.upper, phase.point);
                        else
                            at.lower = std::max(at.lower, phase.point);
                    }
                intervals_[v] = at;
                ++neuron;
            }
        }
        for (std::size_t a = 0; a < goal_.atoms.size(); ++a) {
            const LinearForm form = composed(goal_.atoms[a].exact.form);
            Range range{row_of(form), std::nullopt, Rational(-form.constant())};
            range.above = goal_.atoms[a].is_strict ? Strictness::strict : Strictness::closed;
            atoms_.push_back(range);
        }
        return true;
    }

    bool is_read_by_neurons(std::size_t layer) const {
        const std::vector<model::Layer>& layers = query_.network.layers();
        return std::any_of(layers.begin(), layers.end(), [&](const model::Layer& reader) {
            const auto* neurons = std::get_if<model::ActivationLayer>(&reader.operation);
            return neurons != nullptr && neurons->source.index() == layer;
        });
    }

    LinearForm composed(const LinearForm& form) const {
        std::map<Variable, Rational> sums;
        Rational constant = form.constant();
        for (const LinearTerm& term : form.terms()) {
            const LinearForm& inner = forms_[term.variable.index()];
            constant += term.coefficient * inner.constant();
            for (const LinearTerm& part : inner.terms()) sums[part.variable] += term.coefficient * part.coefficient;
        }
        std::vector<LinearTerm> terms;
        for (auto& [variable, coefficient] : sums) terms.push_back({variable, std::move(coefficient)});
        return LinearForm(std::move(terms), std::move(constant));
    }

    /// The row that is the form without its constant.
    SimplexVariable row_of(const LinearForm& form) {
        std::vector<SimplexTerm> terms;
        for (const LinearTerm& term : form.terms())
            terms.push_back({SimplexVariable(term.variable.index()), term.coefficient});
        const SimplexVariable row = simplex_.add_row(terms);
        rows_.emplace(row.index(), form);
        return row;
    }

    void bound(Range range) {
        if (const auto row = rows_.find(range.variable.index()); row != rows_.end())
            integers_.round(row->second, range);
        const auto tighten = [&](Side side, const std::optional<Rational>& value, Strictness strictness) {
            if (!value) return;
            const ExactSimplex::Bound& old = simplex_.bound(range.variable, side);
            const int tighter = old.present ? cmp(*value, old.value.value) * (side == Side::lower ? 1 : -1) : 1;
            if (tighter > 0 || (tighter == 0 && strictness == Strictness::strict))
                simplex_.set_bound(range.variable, side, *value, strictness);
        };
        tighten(Side::lower, range.lower, range.below);
        tighten(Side::upper, range.upper, range.above);
    }

    /// Whether pieces p - 1 and p meet: where p begins either will do.
    static bool meet(const std::vector<model::Piece>& pieces, std::size_t p) {
        const Rational& at = *pieces[p].begin;
        return pieces[p - 1].slope * at + pieces[p - 1].intercept == pieces[p].slope * at + pieces[p].intercept;
    }

    /// The range of s on a piece and on an interval; absent if they have no point in common.
    static std::optional<Range> on_piece(const std::vector<model::Piece>& pieces, std::size_t p, Interval at) {
        Range range;
        if (std::isfinite(at.lower)) range.lower = to_rational(at.lower);
        if (std::isfinite(at.upper)) range.upper = to_rational(at.upper);
        if (p > 0 && (!range.lower || *range.lower <= *pieces[p].begin)) {
            range.lower = pieces[p].begin;
            if (!pieces[p].begin_closed && !meet(pieces, p)) range.below = Strictness::strict;
        }
        if (p + 1 < pieces.size() && (!range.upper || *range.upper >= *pieces[p + 1].begin)) {
            range.upper = pieces[p + 1].begin;
            if (pieces[p + 1].begin_closed && !meet(pieces, p + 1)) range.above = Strictness::strict;
        }
        if (range.lower && range.upper) {
            const int order = cmp(*range.lower, *range.upper);
            if (order > 0) return std::nullopt;
            if (order == 0 && (range.below == Strictness::strict || range.above == Strictness::strict))
                return std::nullopt;
        }
        return range;
    }

    bool add_neuron(std::size_t output, std::size_t source, const model::Activation& activation) {
        const std::vector<model::Piece> pieces = model::pieces(activation);
        if (pieces.empty()) return add_smooth(output, source, activation);
        const Interval at = intervals_.at(source);
        const LinearForm& s = forms_[source];
        std::vector<std::pair<std::size_t, Range>> possible;
        for (std::size_t p = 0; p < pieces.size(); ++p)
            if (std::optional<Range> range = on_piece(pieces, p, at)) possible.emplace_back(p, std::move(*range));
        // A point is left out that is on a neighbour too.
        for (std::size_t k = possible.size(); k-- > 0 && possible.size() > 1;) {
            const auto& [p, range] = possible[k];
            if (!range.lower || !range.upper || *range.lower != *range.upper) continue;
            const bool on_next = k + 1 < possible.size() && possible[k + 1].first == p + 1 && meet(pieces, p + 1) &&
                                 *range.upper == *pieces[p + 1].begin;
            const bool on_last =
                k > 0 && possible[k - 1].first + 1 == p && meet(pieces, p) && *range.lower == *pieces[p].begin;
            if (on_next || on_last) possible.erase(possible.begin() + static_cast<std::ptrdiff_t>(k));
        }
        if (possible.empty()) {  // nothing is in the node
            impossible_ = true;
            forms_[output] = LinearForm(Rational(0));
            return true;
        }
        const SimplexVariable row = row_of(s);
        for (auto& [p, range] : possible) {
            range.variable = row;
            if (range.lower) *range.lower -= s.constant();
            if (range.upper) *range.upper -= s.constant();
        }
        if (possible.size() == 1) {
            const model::Piece& piece = pieces[possible[0].first];
            bound(possible[0].second);
            LinearForm form;
            form.add(s, piece.slope);
            form.add_constant(piece.intercept);
            forms_[output] = std::move(form);
            return true;
        }
        // The output is a column of its own, on the piece's line in each case.
        const SimplexVariable column = simplex_.add_column();
        forms_[output] = LinearForm(Variable(column.index()));
        Range whole{row, {}, {}};
        if (std::isfinite(at.lower)) whole.lower = to_rational(at.lower) - s.constant();
        if (std::isfinite(at.upper)) whole.upper = to_rational(at.upper) - s.constant();
        bound(whole);
        Choice choice;
        for (auto& [p, range] : possible) {
            LinearForm excess = forms_[output];
            excess.add(s, -pieces[p].slope);
            const Rational value = pieces[p].intercept - excess.constant();
            choice.cases.push_back({range, {row_of(excess), value, value}});
        }
        if (activation.kind == model::ActivationKind::relu) {
            // Above both lines, and below the chord.
            bound({column, Rational(0), {}});
            LinearForm excess = forms_[output];
            excess.add(s, -1);
            bound({row_of(excess), Rational(-excess.constant()), {}});
            if (std::isfinite(at.lower) && std::isfinite(at.upper) && at.lower < at.upper) {
                const Rational lower = to_rational(at.lower);
                const Rational slope = to_rational(at.upper) / (to_rational(at.upper) - lower);
                LinearForm below = forms_[output];
                below.add(s, -slope);
                bound({row_of(below), {}, Rational(-slope * lower - below.constant())});
            }
        }
        choices_.push_back(std::move(choice));
        return true;
    }

    /// tanh and sigmoid: bounds from the interval's ends, and on each side of 0, where they are convex or concave, the
    /// chord and the tangent at 0, which meets them there.
    bool add_smooth(std::size_t output, std::size_t source, const model::Activation& activation) {
        const bool is_tanh = activation.kind == model::ActivationKind::tanh;
        if (!is_tanh && activation.kind != model::ActivationKind::sigmoid) return false;
        const Rational middle = is_tanh ? Rational(0) : Rational(1, 2);
        const Rational steepest = is_tanh ? Rational(1) : Rational(1, 4);
        const auto enclosed = [&](const Rational& s) {
            constexpr long bits = 80;
            if (s == 0) return Enclosure{middle, middle};
            return is_tanh ? enclose_tanh(s, bits) : enclose_sigmoid(s, bits);
        };
        const LinearForm& s = forms_[source];
        const SimplexVariable column = simplex_.add_column();
        forms_[output] = LinearForm(Variable(column.index()));
        bound({column, Rational(is_tanh ? -1 : 0), Rational(1), Strictness::strict, Strictness::strict});
        const Interval at = intervals_.at(source);
        const SimplexVariable row = row_of(s);
        /// The part from 0 to `end`.
        const auto side = [&](std::optional<Rational> end, bool is_above) {
            std::vector<Range> ranges{{row, {}, {}}};
            (is_above ? ranges[0].lower : ranges[0].upper) = -s.constant();
            const auto add_line = [&](const Rational& slope, bool is_lower) {
                LinearForm excess = forms_[output];
                excess.add(s, -slope);
                const Rational value = middle - excess.constant();
                ranges.push_back({row_of(excess), {}, {}});
                (is_lower ? ranges.back().lower : ranges.back().upper) = value;
            };
            add_line(steepest, !is_above);
            if (end && *end != 0) {
                const Enclosure value = enclosed(*end);
                (is_above ? ranges[0].upper : ranges[0].lower) = *end - s.constant();
                ranges.push_back({column, {}, {}});
                (is_above ? ranges.back().upper : ranges.back().lower) = is_above ? value.upper : value.lower;
                add_line(((is_above ? value.lower : value.upper) - middle) / *end, is_above);
            }
            return ranges;
        };
        const auto exactly = [](double value) {
            return std::isfinite(value) ? std::optional(to_rational(value)) : std::nullopt;
        };
        Choice choice;
        if (at.upper >= 0) choice.cases.push_back(side(exactly(at.upper), true));
        if (at.lower <= 0) choice.cases.push_back(side(exactly(at.lower), false));
        if (choice.cases.size() == 1) {
            const std::optional<Rational> end = exactly(at.lower > 0 ? at.lower : at.upper);
            const Enclosure value = enclosed(*end);
            if (at.lower > 0)
                bound({column, value.lower, {}});
            else
                bound({column, {}, value.upper});
            Range near{row, {}, {}};
            (at.lower > 0 ? near.lower : near.upper) = *end - s.constant();
            bound(near);
            for (const Range& range : choice.cases[0]) bound(range);
        } else {
            choices_.push_back(std::move(choice));
        }
        return true;
    }

    /// Of members of the layer whose first variable is `source`: above all of them, and one of them.
    void add_maximum(std::size_t output, std::size_t source, std::span<const std::uint32_t> members) {
        if (members.size() == 1) {
            forms_[output] = forms_[source + members[0]];
            return;
        }
        forms_[output] = LinearForm(Variable(simplex_.add_column().index()));
        Choice choice;
        for (const std::uint32_t member : members) {
            LinearForm excess = forms_[output];
            excess.add(forms_[source + member], -1);
            const SimplexVariable row = row_of(excess);
            const Rational zero = -excess.constant();
            bound({row, zero, {}});
            choice.cases.push_back({{row, zero, zero}});
        }
        choices_.push_back(std::move(choice));
    }

    /// Neighbours among the values of an input's domain that its value in a solution lies between.
    std::optional<std::pair<Rational, Rational>> gap_around(const model::Domain& domain, const Rational& value) const {
        if (!domain.values.empty()) {
            const auto above = std::lower_bound(domain.values.begin(), domain.values.end(), value);
            if (above == domain.values.begin() || above == domain.values.end() || *above == value) return std::nullopt;
            return std::pair(*std::prev(above), *above);
        }
        if (domain.kind != model::DomainKind::integer || value.get_den() == 1) return std::nullopt;
        Integer below;
        mpz_fdiv_q(below.get_mpz_t(), value.get_num_mpz_t(), value.get_den_mpz_t());
        return std::pair(Rational(below), Rational(below + 1));
    }

    bool is_feasible() {
        if (left_ == 0) return true;
        --left_;
        check_limits();
        return simplex_.check() != ExactSimplex::Result::infeasible;
    }

    /// With the goal's node, and those that wait, demanded too.
    bool is_empty(std::size_t at, std::vector<std::size_t> waiting) {
        if (impossible_) return true;
        const Goal::Node& node = goal_.nodes[at];
        switch (node.kind) {
            case Goal::Kind::constant:
                if (!node.value) return true;
                break;
            case Goal::Kind::atom:
                bound(atoms_[node.atom]);
                if (!is_feasible()) return true;
                break;
            case Goal::Kind::all:
                waiting.insert(waiting.end(), node.children.begin(), node.children.end());
                // Atoms first.
                std::stable_sort(waiting.begin(), waiting.end(), [&](std::size_t a, std::size_t b) {
                    return (goal_.nodes[a].kind != Goal::Kind::atom) > (goal_.nodes[b].kind != Goal::Kind::atom);
                });
                break;
            case Goal::Kind::any:
                for (const std::uint32_t child : node.children)
                    if (!in_level([&] { return is_empty(child, waiting); })) return false;
                return true;
        }
        if (waiting.empty()) return is_empty_by_cases();
        const std::size_t next = waiting.back();
        waiting.pop_back();
        return is_empty(next, std::move(waiting));
    }

    template <class Body>
    bool in_level(Body&& body) {
        const std::size_t level = simplex_.level();
        simplex_.new_level();
        const bool result = body();
        simplex_.backtrack(level);
        return result;
    }

    /// All of the goal is demanded; what is left is on which pieces the neurons are.
    bool is_empty_by_cases() {
        if (!is_feasible()) return true;
        if (left_ == 0 || simplex_.level() > most_levels) return false;
        const std::vector<Rational> solution = simplex_.solution();
        const auto holds = [&](const Range& range) {
            const Rational& value = solution[range.variable.index()];
            const auto is_above = [](const Rational& high, const Rational& low, Strictness strictness) {
                return strictness == Strictness::strict ? high > low : high >= low;
            };
            return (!range.lower || is_above(value, *range.lower, range.below)) &&
                   (!range.upper || is_above(*range.upper, value, range.above));
        };
        for (Choice& choice : choices_)
            if (std::none_of(choice.cases.begin(), choice.cases.end(),
                             [&](const std::vector<Range>& one) { return std::all_of(one.begin(), one.end(), holds); }))
                return is_empty_by_cases_of(choice);
        bool has_asked = false;
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            const auto gap = gap_around(domains_[i], solution[inputs_[i].index()]);
            if (!gap) continue;
            if (!std::exchange(has_asked, true) && is_empty_over_integers()) return true;
            if (!has_both_bounds(inputs_[i]))  // sides may have no end: equations of the cases may
                for (Choice& choice : choices_)
                    if (!choice.is_made) return is_empty_by_cases_of(choice);
            for (const Range& side : {Range{inputs_[i], {}, gap->first}, Range{inputs_[i], gap->second, {}}})
                if (!in_level([&] {
                        bound(side);
                        return is_empty_by_cases();
                    }))
                    return false;
            return true;
        }
        return false;  // a solution
    }

    bool is_empty_by_cases_of(Choice& choice) {
        choice.is_made = true;
        const bool is_empty = std::all_of(choice.cases.begin(), choice.cases.end(), [&](const std::vector<Range>& one) {
            return in_level([&] {
                for (const Range& range : one) bound(range);
                return is_empty_by_cases();
            });
        });
        choice.is_made = false;
        return is_empty;
    }

    bool has_both_bounds(SimplexVariable variable) const {
        return simplex_.bound(variable, Side::lower).present && simplex_.bound(variable, Side::upper).present;
    }

    /// By the equations in force alone: rows and columns whose bounds meet.
    bool is_empty_over_integers() const {
        using Direction = std::vector<std::pair<std::size_t, Rational>>;  // the first coefficient is 1
        std::map<Direction, std::array<std::optional<Rational>, 2>> bounds;
        for (std::size_t index = 0; index < simplex_.variable_count(); ++index) {
            const auto row = rows_.find(index);
            const LinearForm form = row == rows_.end() ? LinearForm(Variable(index)) : row->second;
            if (form.is_constant()) continue;
            const Rational scale = 1 / form.terms()[0].coefficient;
            Direction direction;
            for (const LinearTerm& term : form.terms())
                direction.emplace_back(term.variable.index(), term.coefficient * scale);
            for (const Side side : {Side::lower, Side::upper}) {
                const ExactSimplex::Bound& bound = simplex_.bound(SimplexVariable(index), side);
                if (!bound.present) continue;
                const bool is_lower = (side == Side::lower) == (scale > 0);
                std::optional<Rational>& known = bounds[direction][is_lower ? 0 : 1];
                const Rational value = bound.value.value * scale;
                if (!known || (is_lower ? value > *known : value < *known)) known = value;
            }
        }
        std::vector<LinearForm> equations;
        for (const auto& [direction, sides] : bounds) {
            if (!sides[0] || !sides[1] || *sides[0] != *sides[1]) continue;
            std::vector<LinearTerm> terms;
            for (const auto& [variable, coefficient] : direction) terms.push_back({Variable(variable), coefficient});
            equations.emplace_back(std::move(terms), -*sides[0]);
        }
        return !equations.empty() && integers_.contradict(std::move(equations));
    }

    const model::Query& query_;
    const Goal& goal_;
    std::vector<model::Domain> domains_;
    std::size_t left_;
    IntegerRows integers_;
    std::map<std::size_t, LinearForm> rows_;  ///< of the tableau, over columns
    ExactSimplex simplex_;
    std::vector<LinearForm> forms_;  ///< of all variables, over columns
    std::map<std::size_t, Interval> intervals_;
    std::vector<SimplexVariable> inputs_;
    std::vector<Range> atoms_;
    std::vector<Choice> choices_;
    bool impossible_ = false;
};

}  // namespace

bool ExactPart::is_excluded(const Goal& goal, const ProofNode& node, std::size_t most_programs) {
    return Programs(query_, goal, most_programs).is_empty(node);
}

}  // namespace sinew::check
