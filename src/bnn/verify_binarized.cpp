#include "bnn/verify_binarized.hpp"

#include <algorithm>
#include <chrono>
#include <unordered_map>

#include "base/error.hpp"
#include "bnn/encode.hpp"
#include "bnn/grid_attack.hpp"
#include "bnn/score_formula.hpp"
#include "cardinality/optimizer.hpp"
#include "model/evaluate.hpp"
#include "phase/bounds.hpp"
#include "phase/front_phases.hpp"
#include "phase/real_front.hpp"
#include "threshold/fold.hpp"
#include "threshold/recognise.hpp"

namespace sinew::bnn {

namespace {
using cardinality::BoolVar;
using cardinality::Literal;

constexpr std::size_t few_phases = 32;
constexpr std::size_t first_evaluations = 1000;
constexpr std::size_t most_evaluations = 20000;
constexpr std::uint64_t first_ticks = 1'000'000;
constexpr std::uint64_t most_ticks = 1'000'000'000;
constexpr std::int64_t conflicts_in_a_turn = 2000;
constexpr std::size_t many_gates = 30000;
constexpr double bound_share = 0.5;   // of the time left
constexpr double attack_share = 0.6;  // of the time left then

/// The layers above `activation` as a network whose inputs are that layer's values.
model::Network layers_above(const model::Network& network, model::LayerId activation) {
    model::Network above;
    const std::size_t first = activation.index();
    const auto moved = [&](model::LayerId id) {
        if (id.index() < first) throw UsageError("a layer looks past the first neurons");
        return model::LayerId(id.index() - first);
    };
    above.add_input("neurons", {network.layer(activation).size});
    for (std::size_t l = first + 1; l < network.layer_count(); ++l) {
        const model::Layer& layer = network.layers()[l];
        if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
            model::AffineLayer copy = *affine;
            for (model::AffineTerm& term : copy.terms) term.source = moved(term.source);
            above.add_affine(layer.name, layer.shape, std::move(copy));
        } else if (const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation)) {
            above.add_activation(layer.name, moved(neurons->source), neurons->activation);
        } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
            model::MaxPoolLayer copy = *pool;
            copy.source = moved(copy.source);
            above.add_max_pool(layer.name, layer.shape, std::move(copy));
        } else {
            throw UsageError("there is a second input");
        }
    }
    return above;
}

class Verification {
  public:
    Verification(const model::Query& query, const Limits& limits, Observer& observer)
        : query_(query), limits_(limits), observer_(observer), grid_(query) {}

    /// A witness of whole numbers, by gradients, in at most half of the time.
    std::optional<model::Verdict> attack() {
        const auto inputs = grid_.follow_gradients(first_evaluations, limits_.within(limits_.seconds_left() / 2));
        if (inputs && take_witness(*inputs)) return std::move(verdict_);
        return std::nullopt;
    }

    /// False: the query is none for this.
    bool prepare(std::string& reason) {
        if (!query_.boolean_names.empty() || query_.objective || query_.precision)
            return refuse(reason, "no plain query");
        const model::FormulaNode& input_condition = query_.formulas.node(query_.input_condition);
        if (input_condition.kind != model::FormulaKind::constant || !input_condition.value)
            return refuse(reason, "there is a condition on inputs");
        if (std::holds_alternative<model::ActivationLayer>(query_.network.layers().back().operation))
            return refuse(reason, "the network ends in neurons");
        std::optional<phase::RealFront> front = phase::real_front(query_, limits_, reason);
        if (!front) return false;
        front_ = std::move(*front);
        const auto kind =
            std::get<model::ActivationLayer>(query_.network.layer(front_.activation).operation).activation.kind;
        if (kind != model::ActivationKind::sign && kind != model::ActivationKind::hardlim)
            return refuse(reason, "the first neurons are none of sign and hardlim");
        try {
            above_ = threshold::recognise(
                layers_above(query_.network, front_.activation),
                kind == model::ActivationKind::sign ? model::InputKind::signs : model::InputKind::bits);
            folded_ = threshold::fold(above_);
            formula_.emplace(query_, folded_);
        } catch (const UsageError& error) {
            return refuse(reason, error.what());
        }
        return true;
    }

    model::Verdict run() {
        build_ball();
        reduced_ = threshold::reduce(folded_, ball_, formula_->conditions());
        verdict_.statistics.add("open_front_neurons", static_cast<double>(ball_.free.size()));
        verdict_.statistics.add("gates", static_cast<double>(reduced_.gates.size()));
        if (limits_.exceeded()) {
            stop();
            return std::move(verdict_);
        }
        if (bound_by_phases() || (is_large() && attack_at_length())) return std::move(verdict_);
        encoding_ = encode(without_constants(), ball_);
        cardinality::Problem problem = encoding_.problem;
        add_front(problem);
        add_formula(problem);
        cardinality::Options engine_options;
        engine_options.conflict_limit = conflicts_in_a_turn;
        cardinality::Optimizer engine(std::move(problem), engine_options);
        // Everything follows from the first neurons: where they are few, there is nothing else to decide.
        if (phase_literal_.size() <= few_phases)
            for (const Literal literal : phase_literal_) engine.prefer_decision(literal.variable());
        search(engine);
        verdict_.statistics.add(engine.statistics());
        return std::move(verdict_);
    }

  private:
    static bool refuse(std::string& reason, const std::string& why) {
        reason = why;
        return false;
    }

    /// Open front neurons are free digits of one step.
    void build_ball() {
        ball_.centre.assign(folded_.digits.size(), 0);
        for (std::uint32_t d = 0; d < folded_.digits.size(); ++d) {
            const threshold::Digit& digit = folded_.digits[d];
            const phase::FrontUnit& unit = front_.units[digit.input];
            const bool up = digit.step_count() == 1;  // else the value is the same for both
            if (unit.is_constant()) {
                ball_.centre[d] = up && unit.constant_value() ? 1 : 0;
            } else if (up) {
                ball_.free.push_back({d, 0, 0, 1, {0, 1}});
            }
        }
    }

    /// Excludes conditions by the phases that their margins would need. True: a witness turned up.
    bool bound_by_phases() {
        std::vector<const phase::FrontUnit*> units;
        for (const threshold::FreeDigit& digit : ball_.free)
            units.push_back(&front_.units[folded_.digits[digit.digit].input]);
        phase::PhaseBounds bounds(reduced_, std::move(units), front_.atoms);
        for (const auto& [variable, domain] : query_.domains) bounds.add_box(variable, *domain.lower, *domain.upper);
        const bool found =
            bounds.run([&](const phase::PhaseBounds::Point& point) { return take_witness(inputs_at(point)); },
                       limits_.within(limits_.seconds_left() * bound_share));
        bounds.add_statistics(verdict_.statistics);
        for (std::size_t t = 0; t < reduced_.targets.size(); ++t)
            if (bounds.excluded()[t]) reduced_.targets[t].wins = threshold::Signal::truth(false);
        contradictions_ = bounds.contradictions();
        return found;
    }

    bool no_condition_can_hold() const {
        return std::all_of(reduced_.targets.begin(), reduced_.targets.end(),
                           [](const threshold::Target& target) { return target.wins.is_false(); });
    }

    /// So large that the search has little hope, and that setting it up takes long.
    bool is_large() const { return reduced_.gates.size() > many_gates && !no_condition_can_hold(); }

    /// True: a witness turned up.
    bool attack_at_length() {
        const Limits limits = limits_.within(limits_.seconds_left() * attack_share);
        const auto inputs = grid_.follow_gradients(most_evaluations, limits);
        return inputs && take_witness(*inputs);
    }

    /// A turn of the attack between turns of the search, each as long as all before it. True: a witness turned up.
    bool attack_in_turn() {
        turn_evaluations_ = std::min(2 * turn_evaluations_, most_evaluations);
        turn_ticks_ = std::min(2 * turn_ticks_, most_ticks);
        auto inputs = grid_.follow_gradients(turn_evaluations_, limits_);
        if (!inputs) inputs = grid_.search_locally(turn_ticks_, limits_);
        return inputs && take_witness(*inputs);
    }

    /// Constant conditions need no encoding.
    threshold::ReducedNetwork without_constants() const {
        threshold::ReducedNetwork network = reduced_;
        std::erase_if(network.targets, [](const threshold::Target& target) { return target.wins.is_constant(); });
        return network;
    }

    /// A literal for each atom, and for each open neuron what its atoms say.
    void add_front(cardinality::Problem& problem) {
        atom_literal_.resize(front_.atoms.size());
        for (std::size_t f = 0; f < ball_.free.size(); ++f) {
            const phase::FrontUnit& unit = front_.units[folded_.digits[ball_.free[f].digit].input];
            const Literal digit(BoolVar(encoding_.order_begin[f]));
            const Literal own = unit.negated ? ~digit : digit;
            std::vector<Literal> clause{~own};
            for (const std::uint32_t atom : unit.atoms) {
                Literal& literal = atom_literal_[atom];
                if (!literal.valid()) {
                    literal = unit.atoms.size() == 1 ? own : Literal(problem.new_variable());
                    phases_.add(front_.atoms[atom]);
                    cores_.add(front_.atoms[atom]);
                    phase_literal_.push_back(literal);
                }
                clause.push_back(literal);
                if (literal != own) problem.add_clause({~literal, own});
            }
            if (unit.atoms.size() > 1) problem.add_clause(clause);
        }
        for (const auto& [variable, domain] : query_.domains) {
            phases_.add_box(variable, *domain.lower, *domain.upper);
            cores_.add_box(variable, *domain.lower, *domain.upper);
        }
        for (const std::vector<phase::BitPhase>& together : contradictions_) {
            std::vector<Literal> clause;
            for (const phase::BitPhase& phase : together)
                clause.push_back(Literal(BoolVar(encoding_.order_begin[phase.bit]), phase.value));
            problem.add_clause(clause);
        }
    }

    void add_formula(cardinality::Problem& problem) {
        std::vector<ConditionLiteral> literals;
        std::size_t next = 0;
        for (const threshold::Target& target : reduced_.targets) {
            if (target.wins.is_constant())
                literals.push_back({{}, target.wins.is_true()});
            else
                literals.push_back({encoding_.target[next++], false});
        }
        formula_->add_to(problem, literals);
    }

    void search(cardinality::Optimizer& engine) {
        std::uint64_t unanswered = 0;
        for (std::uint64_t turn = 1;; turn *= 2, unanswered = 0) {
            while (unanswered < turn) {
                const cardinality::Result answer = engine.solve(limits_);
                if (answer.outcome == cardinality::Outcome::unsat) {
                    verdict_.status = model::Status::unsat;
                    return;
                }
                if (limits_.exceeded()) return stop();
                if (answer.outcome == cardinality::Outcome::unknown)
                    ++unanswered;
                else if (dispose(engine, answer.model))
                    return;
            }
            if (attack_in_turn()) return;
        }
    }

    /// Asks the linear theory for the phases of a solution: true if that was the answer, else the engine knows more.
    bool dispose(cardinality::Optimizer& engine, const std::vector<bool>& solution) {
        verdict_.statistics.add("front_phases_tried", 1);
        std::vector<bool> phases;
        for (const Literal literal : phase_literal_)
            phases.push_back(solution[literal.variable().index()] != literal.negated());
        const std::optional<std::vector<std::size_t>> core = phases_.contradiction(phases, limits_);
        if (!core) {
            if (limits_.exceeded())
                stop();
            else
                take_witness();
            return true;
        }
        std::vector<phase::BitPhase> together;
        for (const std::size_t phase : *core) together.push_back({static_cast<std::uint32_t>(phase), phases[phase]});
        std::vector<std::vector<phase::BitPhase>> fewer = cores_.cut_down(together, limits_);
        if (fewer.empty()) fewer.push_back(std::move(together));
        for (const std::vector<phase::BitPhase>& each : fewer) {
            std::vector<Literal> clause;
            for (const phase::BitPhase& phase : each)
                clause.push_back(phase.value ? ~phase_literal_[phase.bit] : phase_literal_[phase.bit]);
            engine.add_clause(clause);
        }
        Progress progress;
        progress.nodes = ++tried_;
        observer_.progress(progress);
        return false;
    }

    void stop() {
        const StopReason reached = limits_.reached();
        verdict_.status = reached == StopReason::timeout ? model::Status::timeout : model::Status::unknown;
        verdict_.reason = to_string(reached);
    }

    void take_witness() { require(take_witness(inputs_at(phases_.point())), "a witness satisfies its query exactly"); }

    std::vector<Rational> inputs_at(const std::unordered_map<Variable, Rational>& point) const {
        std::vector<Rational> inputs;
        for (const Variable variable : query_.network.input_variables()) {
            const auto found = point.find(variable);
            require(found != point.end(), "every input has bounds");
            inputs.push_back(found->second);
        }
        return inputs;
    }

    bool take_witness(const std::vector<Rational>& inputs) {
        model::Witness witness;
        witness.values = model::evaluate(query_.network, inputs);
        if (!model::satisfies(query_, witness.values, {})) return false;
        verdict_.status = model::Status::sat;
        verdict_.witness = std::move(witness);
        return true;
    }

    const model::Query& query_;
    const Limits& limits_;
    Observer& observer_;
    GridAttack grid_;
    phase::RealFront front_;
    model::BinarizedNetwork above_;
    threshold::ThresholdNetwork folded_;
    std::optional<ScoreFormula> formula_;
    threshold::Ball ball_;
    threshold::ReducedNetwork reduced_;
    Encoding encoding_;
    phase::FrontPhases phases_;
    phase::PhaseCores cores_;
    std::vector<std::vector<phase::BitPhase>> contradictions_;
    std::vector<Literal> atom_literal_;
    std::vector<Literal> phase_literal_;
    std::uint64_t tried_ = 0;
    std::size_t turn_evaluations_ = first_evaluations;
    std::uint64_t turn_ticks_ = first_ticks;
    model::Verdict verdict_;
};
}  // namespace

std::optional<model::Verdict> verify_binarized(const model::Query& query, const Limits& limits, Observer& observer,
                                               std::string& reason) {
    const auto begin = std::chrono::steady_clock::now();
    Verification verification(query, limits, observer);
    std::optional<model::Verdict> found = verification.attack();
    if (!found && !verification.prepare(reason)) return std::nullopt;
    model::Verdict verdict = found ? std::move(*found) : verification.run();
    verdict.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return verdict;
}

}  // namespace sinew::bnn
