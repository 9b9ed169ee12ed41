// SPDX-License-Identifier: Apache-2.0
#include "search/encoding.hpp"

#include <algorithm>
#include <queue>

#include "base/effort.hpp"
#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "model/normal_form.hpp"

namespace sinew::search {

using model::FormulaId;
using model::FormulaKind;
using model::FormulaNode;
using model::Relation;
using sat::Literal;

namespace {

class Encoder {
  public:
    Encoder(const model::Query& query, Purpose purpose)
        : query_(query), network_(query.network), relax_(purpose == Purpose::search), polarity_(model::uses(query)) {
        if (purpose == Purpose::textbook)
            needed_.assign(network_.variable_count(), true);
        else
            mark_needed();
    }

    Encoding run() {
        model::require_not_curved(network_, "linear arithmetic");
        for (const std::string& name : query_.boolean_names) {
            static_cast<void>(name);
            result_.booleans.push_back(fresh({.kind = MeaningKind::boolean}));
        }
        number_phases();
        for (const model::Layer& layer : network_.layers())
            std::visit([&](const auto& operation) { encode_layer(layer, operation); }, layer.operation);
        for (const auto& [variable, domain] : query_.domains) encode_domain(variable, domain);
        encode_condition();
        collect_columns();
        return std::move(result_);
    }

  private:
    Literal fresh(Meaning meaning) {
        result_.meanings.push_back(std::move(meaning));
        return Literal(sat::BoolVar(result_.meanings.size() - 1));
    }
    void clause(std::vector<Literal> literals) { result_.clauses.push_back(std::move(literals)); }
    /// A row is copied, scaled and simplified some three times on its way.
    static void count_row(const LinearForm& form) { spend(3 * ticks_per_rational * form.terms().size()); }
    void when(Literal literal, LinearForm form, Relation relation) {
        count_row(form);
        if (!form.is_constant())
            result_.conditional.push_back({literal, {std::move(form), relation}});
        else if (!model::holds(sgn(form.constant()), relation))
            clause({~literal});
    }
    void always(LinearForm form, Relation relation) {
        count_row(form);
        if (!form.is_constant())
            result_.permanent.push_back({std::move(form), relation});
        else if (!model::holds(sgn(form.constant()), relation))
            result_.contradiction = true;
    }

    // --- which parts of the query matter, and how -------------------------------------------------------------------

    void mark_needed() {
        needed_.assign(network_.variable_count(), false);
        for (std::size_t i = 0; i < polarity_.size(); ++i) {
            if (polarity_[i] == 0) continue;
            for (const LinearTerm& term : query_.formulas.node(FormulaId(i)).atom.form.terms())
                needed_[term.variable.index()] = true;
        }
        for (const auto& [variable, domain] : query_.domains) needed_[variable.index()] = true;
        for (std::size_t l = network_.layer_count(); l-- > 0;) {
            const model::Layer& layer = network_.layers()[l];
            for (std::size_t i = 0; i < layer.size; ++i)
                if (needed_[layer.first.index() + i])
                    std::visit([&](const auto& operation) { mark_sources(i, operation); }, layer.operation);
        }
    }
    void mark_sources(std::size_t, const model::InputLayer&) {}
    void mark_sources(std::size_t index, const model::AffineLayer& affine) {
        for (const model::AffineTerm& term : affine.terms) {
            const std::size_t first = network_.layer(term.source).first.index();
            const model::NearestNumbers nearest = model::weights(term.map).nearest();
            model::for_each_entry(term.map, index, [&](std::size_t column, std::size_t weight) {
                // A weight too small for any double reads as 0 but is kept apart as exact.
                if (nearest[weight] != 0 || !model::weights(term.map).all_doubles()) needed_[first + column] = true;
            });
        }
    }
    void mark_sources(std::size_t index, const model::ActivationLayer& activation) {
        needed_[network_.variable(activation.source, index).index()] = true;
    }
    void mark_sources(std::size_t, const model::ProductLayer&) {}  // refused before
    void mark_sources(std::size_t index, const model::MaxPoolLayer& pool) {
        for (std::size_t k = pool.begin[index]; k < pool.begin[index + 1]; ++k)
            needed_[network_.variable(pool.source, pool.member[k]).index()] = true;
    }

    // --- linear forms over columns ----------------------------------------------------------------------------------

    /// Replaces variables that are not columns, the latest first (a definition only speaks of earlier variables).
    LinearForm over_columns(const LinearForm& form) {
        const bool done = std::none_of(form.terms().begin(), form.terms().end(),
                                       [&](const LinearTerm& term) { return is_defined(term.variable); });
        if (done) return form;
        std::vector<LinearTerm> kept;
        Rational constant = form.constant();
        std::unordered_map<Variable, Rational> pending;
        std::priority_queue<Variable> latest;
        const auto add = [&](Variable variable, const Rational& coefficient) {
            const auto [at, is_new] = pending.try_emplace(variable, coefficient);
            if (is_new)
                latest.push(variable);
            else
                at->second += coefficient;
        };
        for (const LinearTerm& term : form.terms()) add(term.variable, term.coefficient);
        while (!latest.empty()) {
            check_limits();
            const Variable variable = latest.top();
            latest.pop();
            const Rational coefficient = pending[variable];
            pending.erase(variable);
            if (coefficient == 0) continue;
            if (!is_defined(variable)) {
                kept.push_back({variable, coefficient});
                continue;
            }
            const LinearForm& definition = definitions_.at(variable);
            constant += coefficient * definition.constant();
            for (const LinearTerm& term : definition.terms()) add(term.variable, coefficient * term.coefficient);
        }
        return LinearForm(std::move(kept), std::move(constant));
    }
    bool is_defined(Variable variable) const { return definitions_.contains(variable); }
    void define(Variable variable, const LinearForm& form) { definitions_.emplace(variable, over_columns(form)); }

    // --- layers -----------------------------------------------------------------------------------------------------

    void number_phases() {
        std::int64_t last = 0;
        for (const auto& [variable, number] : query_.phase_numbers) last = std::max(last, number);
        next_number_ = last + 1;
    }

    void encode_layer(const model::Layer&, const model::InputLayer&) {}

    void encode_layer(const model::Layer& layer, const model::AffineLayer&) {
        const model::LayerId id = network_.component(layer.first).layer;
        for (std::size_t i = 0; i < layer.size; ++i)
            if (needed_[layer.first.index() + i]) {
                check_limits();
                define(Variable(layer.first.index() + i), network_.affine_form(id, i));
            }
    }

    void encode_layer(const model::Layer& layer, const model::ActivationLayer& operation) {
        require(model::is_piecewise_linear(operation.activation), "only piecewise-linear networks are encoded");
        const std::vector<model::Piece> all = model::pieces(operation.activation);
        for (std::size_t i = 0; i < layer.size; ++i) {
            const Variable output(layer.first.index() + i);
            if (!needed_[output.index()]) continue;
            check_limits();
            const Variable source = network_.variable(operation.source, i);
            const LinearForm input = over_columns(LinearForm(source));
            if (input.is_constant())
                definitions_.emplace(output, LinearForm(model::apply(operation.activation, input.constant())));
            else if (all.size() == 1)
                definitions_.emplace(output, on_piece(all[0], input));
            else if (!relax_ || !merge(source, output, input, operation.activation))
                encode_neuron(source, output, input, all);
        }
    }

    /// Of f(s) = s above 0 and c·s below, f(k·s) = k·f(s) for k > 0, and f(-s) = f(s) - (1 + c)·s: neurons whose inputs
    /// are multiples of each other are one. True if `output` is now defined by another neuron.
    bool merge(Variable source, Variable output, const LinearForm& input, const model::Activation& activation) {
        using model::ActivationKind;
        if (activation.kind != ActivationKind::relu && activation.kind != ActivationKind::leaky_relu) return false;
        const Rational slope = activation.kind == ActivationKind::relu ? Rational(0) : activation.slope;
        const LinearForm key = monic(input);
        const auto [begin, end] = merged_.equal_range(hash_of(key));
        const auto known = std::find_if(begin, end, [&](const auto& entry) {
            const Merged& other = entry.second;
            return other.slope == slope && monic(over_columns(LinearForm(other.source))) == key;
        });
        if (known == end) {
            merged_.emplace(hash_of(key), Merged{source, output, input.terms().front().coefficient, slope});
            return false;
        }
        // input = ratio · (input of the other)
        const Rational ratio = input.terms().front().coefficient / known->second.factor;
        LinearForm value(known->second.output, abs(ratio));
        if (ratio < 0) value.add(input, 1 + slope);  // -|ratio|·(input of the other) = input
        definitions_.emplace(output, std::move(value));
        return true;
    }

    static LinearForm monic(LinearForm form) {
        form.scale(1 / Rational(form.terms().front().coefficient));
        return form;
    }
    static std::size_t hash_of(const LinearForm& form) {
        std::size_t hash = 14695981039346656037ULL;
        for (const LinearTerm& term : form.terms()) {
            hash = (hash ^ term.variable.index()) * 1099511628211ULL;
            hash = (hash ^ mpz_get_ui(term.coefficient.get_num_mpz_t())) * 1099511628211ULL;
        }
        return hash;
    }

    static LinearForm on_piece(const model::Piece& piece, LinearForm input) {
        input.scale(piece.slope);
        input.add_constant(piece.intercept);
        return input;
    }

    static bool continuous_at(const std::vector<model::Piece>& all, std::size_t j) {
        const Rational& t = *all[j].begin;
        return all[j - 1].slope * t + all[j - 1].intercept == all[j].slope * t + all[j].intercept;
    }

    void encode_neuron(Variable source, Variable output, const LinearForm& input,
                       const std::vector<model::Piece>& all) {
        std::vector<Literal> right_of;  // right_of[j]: the pre-activation lies in piece j or beyond; [0] unused
        right_of.emplace_back();
        bool continuous = true;
        bool convex = true;
        bool concave = true;
        for (std::size_t j = 1; j < all.size(); ++j) {
            const bool joined = continuous_at(all, j);
            continuous &= joined;
            convex &= all[j].slope >= all[j - 1].slope;
            concave &= all[j].slope <= all[j - 1].slope;
            right_of.push_back(encode_breakpoint(source, input, all[j], j == 1, relax_ && joined));
            if (j > 1) clause({~right_of[j], right_of[j - 1]});
            if (relax_ && joined && all.size() == 2) note_breakpoint(right_of[j], input, output, all);
        }
        for (std::size_t j = 0; j < all.size(); ++j) {
            Literal holds = j == 0 ? ~right_of[1] : right_of[j];
            if (j > 0 && j + 1 < all.size()) {
                holds = fresh({.kind = MeaningKind::auxiliary});
                clause({~holds, right_of[j]});
                clause({~holds, ~right_of[j + 1]});
                clause({holds, ~right_of[j], right_of[j + 1]});
            }
            LinearForm difference = LinearForm(output) - on_piece(all[j], input);  // 0 on this piece
            LinearForm opposite = difference;
            opposite.scale(-1);
            // On a convex function every line bounds from below for good, and only the other side is switched on.
            if (relax_ && continuous && convex)
                always(opposite, Relation::less_equal);
            else
                when(holds, opposite, Relation::less_equal);
            if (relax_ && continuous && concave)
                always(difference, Relation::less_equal);
            else
                when(holds, difference, Relation::less_equal);
        }
        if (relax_) encode_range(output, all);
    }

    void note_breakpoint(Literal phase, LinearForm distance, Variable output, const std::vector<model::Piece>& all) {
        const Rational& at = *all[1].begin;
        distance.add_constant(-at);
        const Rational value = all[1].slope * at + all[1].intercept;
        result_.breakpoints.push_back({phase, std::move(distance), output, value, all[0].slope, all[1].slope});
    }

    Literal encode_breakpoint(Variable source, const LinearForm& input, const model::Piece& piece, bool first,
                              bool joined) {
        Meaning meaning{.kind = MeaningKind::phase,
                        .neuron = source,
                        .threshold = *piece.begin,
                        .threshold_inside = piece.begin_closed};
        if (first) {
            const auto given = query_.phase_numbers.find(source);
            meaning.number = given != query_.phase_numbers.end() ? given->second : next_number_++;
        }
        const Literal literal = fresh(meaning);
        if (first) result_.phases.push_back(literal);
        LinearForm above = input;  // input - begin
        above.add_constant(-*piece.begin);
        LinearForm below = above;
        above.scale(-1);
        // Where both pieces agree at the breakpoint it may belong to either: no strict row is needed.
        when(literal, above, joined || piece.begin_closed ? Relation::less_equal : Relation::less);
        when(~literal, below, joined || !piece.begin_closed ? Relation::less_equal : Relation::less);
        return literal;
    }

    /// What the output can be whatever the input: the range of the flat outer pieces of a monotone function.
    void encode_range(Variable output, const std::vector<model::Piece>& all) {
        const bool increasing = std::all_of(all.begin(), all.end(), [](const model::Piece& p) { return p.slope >= 0; });
        if (!increasing) return;
        for (std::size_t j = 1; j < all.size(); ++j) {
            const Rational& t = *all[j].begin;
            if (all[j].slope * t + all[j].intercept < all[j - 1].slope * t + all[j - 1].intercept) return;
        }
        if (all.front().slope == 0) always(LinearForm({{output, -1}}, all.front().intercept), Relation::less_equal);
        if (all.back().slope == 0) always(LinearForm({{output, 1}}, -all.back().intercept), Relation::less_equal);
    }

    void encode_layer(const model::Layer&, const model::ProductLayer&) {}  // refused before

    void encode_layer(const model::Layer& layer, const model::MaxPoolLayer& pool) {
        for (std::size_t w = 0; w < layer.size; ++w) {
            const Variable output(layer.first.index() + w);
            if (!needed_[output.index()]) continue;
            std::vector<Literal> someone;
            for (std::size_t k = pool.begin[w]; k < pool.begin[w + 1]; ++k) {
                const Variable member = network_.variable(pool.source, pool.member[k]);
                LinearForm excess = LinearForm(output) - over_columns(LinearForm(member));  // >= 0, and 0 if selected
                LinearForm deficit = excess;
                deficit.scale(-1);
                always(deficit, Relation::less_equal);
                someone.push_back(fresh({.kind = MeaningKind::selector, .neuron = member}));
                when(someone.back(), excess, Relation::less_equal);
            }
            clause(std::move(someone));
        }
    }

    // --- conditions -------------------------------------------------------------------------------------------------

    void encode_domain(Variable variable, const model::Domain& domain) {
        if (domain.kind == model::DomainKind::integer) result_.integers.push_back(variable);
        if (domain.lower) always(LinearForm({{variable, -1}}, *domain.lower), Relation::less_equal);
        if (domain.upper) always(LinearForm({{variable, 1}}, -*domain.upper), Relation::less_equal);
        if (domain.values.empty()) return;
        always(LinearForm({{variable, -1}}, domain.values.front()), Relation::less_equal);
        always(LinearForm({{variable, 1}}, -domain.values.back()), Relation::less_equal);
        // Between neighbours lies nothing: a literal each says which side the variable is on.
        for (std::size_t k = 1; k < domain.values.size(); ++k) {
            const Literal upper_side = fresh({.kind = MeaningKind::auxiliary});
            when(upper_side, LinearForm({{variable, -1}}, domain.values[k]), Relation::less_equal);
            when(~upper_side, LinearForm({{variable, 1}}, -domain.values[k - 1]), Relation::less_equal);
        }
    }

    void encode_condition() {
        literals_.assign(query_.formulas.size(), Literal());
        for (std::size_t i = 0; i < polarity_.size(); ++i)
            if (polarity_[i] != 0) encode_formula(FormulaId(i));
        assert_formula(query_.input_condition, result_.clauses, result_.contradiction);
        assert_formula(query_.output_condition, result_.output_clauses, result_.output_contradiction);
    }

    /// Both conditions hold at level 0: their conjuncts are asserted one by one, their disjunctions are clauses.
    void assert_formula(FormulaId root, std::vector<std::vector<Literal>>& clauses, bool& contradiction) {
        const FormulaNode& node = query_.formulas.node(root);
        if (node.kind == FormulaKind::constant) {
            contradiction |= !node.value;
        } else if (node.kind == FormulaKind::conjunction) {
            for (const FormulaId child : node.children) clauses.push_back({literals_[child.index()]});
        } else {
            clauses.push_back({literals_[root.index()]});
        }
    }

    void encode_formula(FormulaId id) {
        const FormulaNode& node = query_.formulas.node(id);
        const std::uint8_t polarity = polarity_[id.index()];
        switch (node.kind) {
            case FormulaKind::constant:
                break;  // builders leave constants only at the root
            case FormulaKind::boolean:
                literals_[id.index()] = result_.booleans[node.boolean.index()];
                break;
            case FormulaKind::negation:
                literals_[id.index()] = ~literals_[node.children[0].index()];
                break;
            case FormulaKind::atom:
                literals_[id.index()] = encode_atom(id, node.atom, polarity);
                break;
            case FormulaKind::conjunction:
            case FormulaKind::disjunction: {
                literals_[id.index()] = fresh({.kind = MeaningKind::auxiliary});
                std::vector<Literal> members;
                for (const FormulaId child : node.children) members.push_back(literals_[child.index()]);
                model::define<Literal>(
                    literals_[id.index()], node.kind == FormulaKind::conjunction, members,
                    [this](std::vector<Literal> literals) { clause(std::move(literals)); }, polarity);
                break;
            }
        }
    }

    Literal encode_atom(FormulaId id, const model::Atom& atom, std::uint8_t polarity) {
        const Literal literal = fresh({.kind = MeaningKind::atom, .atom = id});
        const model::Atom own{over_columns(atom.form), atom.relation};
        if (model::is_used(polarity, true)) when(literal, own.form, own.relation);
        if (!model::is_used(polarity, false)) return literal;
        model::Atom other = own.opposite();
        if (atom.relation != Relation::equal) {
            when(~literal, std::move(other.form), other.relation);
        } else {
            const Literal below = fresh({.kind = MeaningKind::auxiliary});
            const Literal above = fresh({.kind = MeaningKind::auxiliary});
            when(below, own.form, Relation::less);
            when(above, std::move(other.form), Relation::less);
            clause({literal, below, above});
        }
        return literal;
    }

    void collect_columns() {
        std::vector<bool> used(network_.variable_count(), false);
        const auto mark = [&](const LinearForm& form) {
            for (const LinearTerm& term : form.terms()) used[term.variable.index()] = true;
        };
        for (const ConditionalConstraint& conditional : result_.conditional) mark(conditional.constraint.form);
        for (const LinearConstraint& permanent : result_.permanent) mark(permanent.form);
        for (const Variable input : network_.input_variables()) used[input.index()] = true;
        for (std::size_t v = 0; v < used.size(); ++v)
            if (used[v]) result_.columns.emplace_back(v);
        std::stable_sort(result_.phases.begin(), result_.phases.end(), [&](Literal a, Literal b) {
            return result_.meanings[a.variable().index()].number < result_.meanings[b.variable().index()].number;
        });
    }

    const model::Query& query_;
    const model::Network& network_;
    bool relax_;
    Encoding result_;
    std::vector<std::uint8_t> polarity_;                    // by formula: model::uses()
    std::vector<bool> needed_;                              // by variable
    std::vector<Literal> literals_;                         // by formula
    std::unordered_map<Variable, LinearForm> definitions_;  // of variables that are no columns, over columns
    /// A neuron that others may be multiples of; `factor` is the first coefficient of its input.
    struct Merged {
        Variable source;
        Variable output;
        Rational factor;
        Rational slope;  // below 0
    };
    std::unordered_multimap<std::size_t, Merged> merged_;  // by hash of the input divided by that factor
    std::int64_t next_number_ = 1;
};

}  // namespace

Encoding encode(const model::Query& query, Purpose purpose) {
    return Encoder(query, purpose).run();
}

}  // namespace sinew::search
