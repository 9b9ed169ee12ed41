// SPDX-License-Identifier: Apache-2.0
#include "integer/network_propagator.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "integer/network_boxes.hpp"
#include "integer/network_relaxation.hpp"
#include "integer/network_start.hpp"

namespace sinew::integer {

namespace {
using Wide = LinearRows::Wide;

/// How often the lines are cut anew: at the root, and below it.
constexpr int root_rounds = 8;
constexpr int node_rounds = 2;
/// Runs without a new decision; each may only shave a little.
constexpr int most_runs_a_node = 6;
/// Simplex iterations that bounds of all neurons may take at the root.
constexpr std::uint64_t root_iterations = 50'000;
/// Where fewer than one of so many runs finds something, only every so many-th occasion is used.
constexpr std::uint64_t worthwhile = 16;
/// Tries to lift one bound of an output in an explanation.
constexpr int lifting_tries = 3;

class NetworkPropagator : public Propagator {
  public:
    NetworkPropagator(NetworkRelaxation relaxation, std::vector<View> watched, std::optional<View> objective)
        : relaxation_(std::move(relaxation)), watched_(std::move(watched)), objective_(objective) {}

    void subscribe(Subscriptions& to) override {
        for (const View view : watched_) {
            to.add(view, 0);
            to.add(-view, 0);
        }
    }
    void set_limits(const Limits& limits) override {
        limits_ = limits;
        relaxation_.set_limits(limits);
    }
    Cost cost() const override { return Cost::optional; }
    /// The neurons' and rows' own constraints say so.
    bool holds(std::span<const Value>) const override { return true; }

    bool propagate(Domains& domains) override {
        while (!cuts_.empty() && cuts_.back().position >= domains.size()) cuts_.pop_back();
        const bool same_node = domains.level() == last_level_ && domains.size() >= last_size_;
        runs_ = same_node ? runs_ + 1 : 1;
        last_level_ = domains.level();
        last_size_ = domains.size();
        if (runs_ > most_runs_a_node) return true;
        ++occasions_;
        if (tried_ > 200 && useful_ * worthwhile < tried_ && occasions_ % worthwhile != 0) return true;
        if (domains.level() > 0) return apply(domains, relaxation_.solve(domains, objective_, node_rounds));
        cuts_.clear();
        if (!tightened_ && !tighten(domains)) return false;
        return apply(domains, relaxation_.solve(domains, objective_, root_rounds));
    }

    void explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) override {
        for (std::size_t i = cuts_.size(); i-- > 0;) {
            if (cuts_[i].position > before) continue;
            std::optional<Wide> surplus = surplus_of(domains, cuts_[i].cut, implied, before);
            if (!surplus) continue;
            write_reason(domains, cuts_[i].cut, -implied.view, before, *surplus, reason);
            return;
        }
        require(false, "what is explained follows from a cut");
    }

  private:
    struct StoredCut {
        Position position;
        NetworkCut cut;
    };

    /// At the root: bounds of every neuron by the relaxation of the others.
    bool tighten(Domains& domains) {
        for (std::size_t j = 0; j < relaxation_.neuron_count(); ++j) {
            if (limits_.exceeded()) return true;
            if (relaxation_.counters().iterations > root_iterations) break;
            const View output(relaxation_.neuron(j).output);
            for (const View view : {output, -output})
                if (!apply(domains, relaxation_.solve(domains, view, root_rounds))) return false;
        }
        tightened_ = true;
        return true;
    }

    bool apply(Domains& domains, std::optional<NetworkCut> found) {
        ++tried_;
        if (!found) return true;
        const NetworkCut& cut = *found;
        Wide slack = cut.right;
        for (const auto& [view, coefficient] : cut.terms) slack -= coefficient * domains.lower(view);
        if (slack < 0) {
            ++useful_;
            std::vector<Bound> reason;
            write_reason(domains, cut, View(), domains.size(), -slack - 1, reason);
            return domains.fail(reason);
        }
        const Position position = domains.size();
        // Explanations may be asked for as soon as a bound has risen.
        cuts_.push_back({position, cut});
        for (const auto& [view, coefficient] : cut.terms) {
            const Value lower = domains.lower(view);
            if (coefficient * (static_cast<Wide>(domains.upper(view)) - lower) <= slack) continue;
            const auto room = static_cast<Value>(slack / coefficient);
            if (!domains.raise({-view, -(lower + room)}, *this)) return false;
        }
        if (domains.size() == position)
            cuts_.pop_back();
        else
            ++useful_;
        return true;
    }

    static Wide coefficient_of(const NetworkCut& cut, View view) {
        for (const auto& term : cut.terms)
            if (term.view == view) return term.coefficient;
        return 0;
    }
    /// By how much the cut, at `before`, gives more than `implied`; absent if it does not give it.
    std::optional<Wide> surplus_of(const Domains& domains, const NetworkCut& cut, Bound implied, Position before) {
        const View view = -implied.view;
        const Wide own = coefficient_of(cut, view);
        if (own == 0) return std::nullopt;
        for (const UsedLine& used : cut.lines) {
            const View output(relaxation_.neuron(used.neuron).output);
            if (domains.lower_before(output, before) < used.outputs.lower ||
                domains.lower_before(-output, before) < -used.outputs.upper)
                return std::nullopt;
        }
        Wide surplus = -cut.right - 1 + own * (1 - static_cast<Wide>(implied.value));
        for (const auto& term : cut.terms)
            if (term.view != view) surplus += term.coefficient * domains.lower_before(term.view, before);
        if (surplus < 0) return std::nullopt;
        return surplus;
    }

    /// Bounds that held before `before` and that the cut needs; what is proven may be missed by `surplus`.
    void write_reason(const Domains& domains, const NetworkCut& cut, View skipped, Position before, Wide surplus,
                      std::vector<Bound>& reason) {
        for (std::size_t begin = 0; begin < cut.lines.size();) {
            std::size_t end = begin + 1;
            while (end < cut.lines.size() && cut.lines[end].neuron == cut.lines[begin].neuron) ++end;
            lift_lines(domains, std::span(cut.lines).subspan(begin, end - begin), surplus, reason);
            begin = end;
        }
        weaken_terms(domains, cut.terms, skipped, before, surplus, reason);
    }

    /// The bounds of one neuron's output that its lines need, as weak as `surplus` allows.
    void lift_lines(const Domains& domains, std::span<const UsedLine> used, Wide& surplus, std::vector<Bound>& reason) {
        const View output(relaxation_.neuron(used.front().neuron).output);
        const Range root{domains.root_lower(output), domains.root_upper(output)};
        Range range = used.front().outputs;
        std::vector<Wide> right;
        for (const UsedLine& line : used) right.push_back(line.line.right);
        for (const bool lower : {true, false}) {
            const Value most = lower ? range.lower - root.lower : root.upper - range.upper;
            Value step = most;
            for (int tries = 0; tries < lifting_tries && step > 0; ++tries, step /= 4) {
                Range wider = range;
                (lower ? wider.lower : wider.upper) += lower ? -step : step;
                std::vector<Wide> moved;
                Wide cost = 0;
                for (std::size_t i = 0; i < used.size(); ++i) {
                    moved.push_back(relaxation_.right_for(used[i], wider));
                    cost += used[i].multiplier * (moved[i] - right[i]);
                }
                if (cost > surplus) continue;
                surplus -= cost;
                range = wider;
                right = std::move(moved);
                break;
            }
        }
        if (range.lower > root.lower) reason.push_back({output, range.lower});
        if (range.upper < root.upper) reason.push_back({-output, -range.upper});
    }

    NetworkRelaxation relaxation_;
    std::vector<View> watched_;
    std::optional<View> objective_;
    std::vector<StoredCut> cuts_;
    bool tightened_ = false;
    Limits limits_;
    std::uint32_t last_level_ = ~std::uint32_t{0};
    Position last_size_ = 0;
    int runs_ = 0;
    std::uint64_t occasions_ = 0;
    std::uint64_t tried_ = 0;
    std::uint64_t useful_ = 0;
};
}  // namespace

struct NetworkConstraint::State {
    NetworkRelaxation relaxation;
    std::vector<View> watched;
    std::optional<View> objective;

    void watch(IntVar variable) { watched.emplace_back(variable); }
};

NetworkConstraint::NetworkConstraint() : state_(std::make_unique<State>()) {}
NetworkConstraint::NetworkConstraint(NetworkConstraint&&) noexcept = default;
NetworkConstraint& NetworkConstraint::operator=(NetworkConstraint&&) noexcept = default;
NetworkConstraint::~NetworkConstraint() = default;

bool NetworkConstraint::add_neuron(const Model& model, const neuron::Neuron& neuron, std::span<const IntVar> variables,
                                   IntVar output) {
    std::vector<Range> bounds;
    for (const IntVar variable : variables) bounds.push_back({model.lower(variable), model.upper(variable)});
    return add_neuron(neuron, variables, bounds, output, {model.lower(output), model.upper(output)});
}

bool NetworkConstraint::add_neuron(const neuron::Neuron& neuron, std::span<const IntVar> variables,
                                   std::span<const Range> bounds, IntVar output, Range outputs) {
    std::vector<RowTerm> terms;
    Integer least;
    Integer greatest;
    for (const neuron::Term& term : neuron.terms) {
        const IntVar variable = variables[term.argument];
        const Integer low = term.coefficient * bounds[term.argument].lower;
        const Integer high = term.coefficient * bounds[term.argument].upper;
        least += std::min(low, high);
        greatest += std::max(low, high);
        const auto same = [&](const RowTerm& t) { return t.view.variable() == variable; };
        if (abs(term.coefficient) >= Integer(1) << 50 || std::any_of(terms.begin(), terms.end(), same)) return false;
        terms.push_back({View(variable, term.coefficient < 0), Value(Integer(abs(term.coefficient)).get_si())});
    }
    if (!NeuronLines::fits(least, greatest, outputs)) return false;
    const Range sums{least.get_si(), greatest.get_si()};
    for (const RowTerm& term : terms) state_->watch(term.view.variable());
    state_->watch(output);
    state_->relaxation.add_neuron({std::move(terms), output, NeuronLines(neuron.step, sums, outputs), sums});
    return true;
}

bool NetworkConstraint::add_at_most(std::span<const Term> terms, const Integer& right) {
    std::vector<RowTerm> row;
    for (const Term& term : terms) {
        if (abs(term.coefficient) > largest_value || abs(right) > largest_value) return false;
        const auto same = [&](const RowTerm& t) { return t.view.variable() == term.variable; };
        if (std::any_of(row.begin(), row.end(), same)) return false;
        if (term.coefficient != 0)
            row.push_back({View(term.variable, term.coefficient < 0), Value(Integer(abs(term.coefficient)).get_si())});
    }
    for (const RowTerm& term : row) state_->watch(term.view.variable());
    state_->relaxation.add_row(std::move(row), right.get_si());
    return true;
}

void NetworkConstraint::set_objective(View view) {
    state_->objective = view;
}

std::size_t NetworkConstraint::neuron_count() const {
    return state_->relaxation.neuron_count();
}

void NetworkConstraint::suggest_start(Model& model, std::span<const Term> goal) const {
    const NetworkRelaxation& relaxation = state_->relaxation;
    StartProblem problem;
    for (std::size_t j = 0; j < relaxation.neuron_count(); ++j) problem.neurons.push_back(&relaxation.neuron(j));
    for (std::size_t r = 0; r < relaxation.row_count(); ++r) {
        const auto terms = relaxation.row_terms(r);
        problem.rows.push_back({{terms.begin(), terms.end()}, relaxation.row_right(r)});
    }
    for (const Term& term : goal) {
        if (abs(term.coefficient) > largest_value) return;
        problem.goal.push_back(
            {View(term.variable, term.coefficient < 0), Value(Integer(abs(term.coefficient)).get_si())});
    }
    std::vector<Range> bounds;
    for (std::size_t v = 0; v < model.variable_count(); ++v)
        bounds.push_back({model.lower(IntVar(v)), model.upper(IntVar(v))});
    for (const auto& [variable, value] : find_start(problem, bounds)) model.suggest(variable, value);
}

BoxProblem NetworkConstraint::box_problem() const {
    const NetworkRelaxation& relaxation = state_->relaxation;
    BoxProblem problem;
    problem.objective = state_->objective;
    for (std::size_t j = 0; j < relaxation.neuron_count(); ++j) problem.neurons.push_back(relaxation.neuron(j));
    for (std::size_t r = 0; r < relaxation.row_count(); ++r) {
        const auto terms = relaxation.row_terms(r);
        problem.rows.push_back({{terms.begin(), terms.end()}, relaxation.row_right(r)});
    }
    return problem;
}

void NetworkConstraint::post(Model& model) && {
    model.search_boxes(box_problem());
    model.add_propagator(std::move(*this).make_propagator());
}

std::unique_ptr<Propagator> NetworkConstraint::make_propagator() && {
    auto& watched = state_->watched;
    std::sort(watched.begin(), watched.end());
    watched.erase(std::unique(watched.begin(), watched.end()), watched.end());
    return std::make_unique<NetworkPropagator>(std::move(state_->relaxation), std::move(watched), state_->objective);
}

}  // namespace sinew::integer
