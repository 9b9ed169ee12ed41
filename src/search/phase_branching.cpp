// SPDX-License-Identifier: Apache-2.0
#include "search/phase_branching.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/infinity.hpp"
#include "base/share_out.hpp"
#include "base/work_times.hpp"
#include "bounds/forward_bounds.hpp"
#include "bounds/relaxed_lanes.hpp"
#include "bounds/tighten_network.hpp"
#include "engine/turns.hpp"
#include "model/evaluate_enclosed.hpp"
#include "search/attack.hpp"
#include "search/boundary.hpp"
#include "search/disjuncts.hpp"
#include "search/exact_leaf.hpp"
#include "search/lane_network.hpp"
#include "search/neuron_refinement.hpp"
#include "search/phase_goals.hpp"
#include "search/phase_parts.hpp"
#include "search/phase_proof.hpp"
#include "search/phase_tree.hpp"
#include "search/witness.hpp"

namespace sinew::search {

namespace {
constexpr std::size_t bank_bytes = std::size_t{64} << 20;
/// Of a worker's bounding, in bytes.
constexpr std::size_t largest_lanes = std::size_t{1} << 30;
constexpr std::uint64_t no_budget = std::numeric_limits<std::uint64_t>::max();
/// Neurons that are refined between two looks at the turn's end.
constexpr std::size_t refined_together = 32;
/// Passes of a tree before it is guessed what it will take.
constexpr std::uint64_t shortest_look = 16000;  // the first nodes promise too much
constexpr double most_doublings = 60;
/// A tree that is expected to take so many times what it took and the next refinement takes ends early.
constexpr double hopeless = 3;
/// Of the trees that refine neurons (RefinementOptions::least_gain); the longer the search, the less is asked for.
constexpr double first_least_gain = 0.1;
/// Ascent steps of goals on the whole box.
constexpr std::size_t goal_steps = 30;
/// What exact arithmetic gets for a leaf.
constexpr Effort longest_exact_leaf = 20 * effort_per_second;

/// Neurons without jumps; what bounding takes has to fit into memory.
bool suits(const model::Network& network) {
    if (bounds::RelaxedLanes::memory(network) > largest_lanes) return false;
    return std::none_of(network.layers().begin(), network.layers().end(), [](const model::Layer& layer) {
        const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
        return neurons != nullptr && is_step(neurons->activation.kind);
    });
}
bool has_only_relus(const model::Network& network) {
    return std::all_of(network.layers().begin(), network.layers().end(), [](const model::Layer& layer) {
        const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
        return neurons == nullptr || neurons->activation.kind == model::ActivationKind::relu ||
               neurons->activation.kind == model::ActivationKind::identity;
    });
}
}  // namespace

/// Steps one after the other, each of which can stop at the end of a turn and go on in the next. Rounds of tree search
/// and of refining intermediate bounds, each about as long as the other, ever longer: some queries need few splits,
/// others need intermediate bounds that no split of the tree can make up for.
class PhaseBranching::Search {
  public:
    Search(const model::Query& query, const PhaseOptions& options, Observer& observer, InputBox box,
           std::vector<Disjunct> disjuncts, const engine::Part* part)
        : query_(query),
          options_(options),
          observer_(observer),
          box_(std::move(box)),
          disjuncts_(std::move(disjuncts)),
          attack_(query, options.settings.seed()),
          exact_(query, options.settings),
          budget_(options.first_passes),
          splits_(options.first_splits) {
        tighten_.steps = options.root_steps;
        if (part != nullptr) part_ = *part;
        impossible_ = std::any_of(disjuncts_.begin(), disjuncts_.end(),
                                  [](const Disjunct& disjunct) { return disjunct.rows.empty(); });
        // A part goes on with the round in which it was cut off: what was refined before is in its bounds.
        for (std::uint32_t round = 1; round < part_.rounds; ++round) begin_next_round();
    }

    void cut_into(std::size_t leaves, bool at_once) {
        wanted_ = leaves;
        is_ripe_ = is_ripe_ || at_once;
    }

    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge, std::string_view name) {
        const Limits& limits = turn.limits;
        threads_ = static_cast<std::size_t>(std::max(turn.threads, 1));
        take_news(knowledge);
        for (;;) {
            if (limits.exceeded()) return engine::Progress::paused;
            if (const std::optional<Step> next = take(limits, knowledge, name)) step_ = *next;
            if (std::exchange(yields_, false)) return engine::Progress::paused;
            if (confirmation_) {
                knowledge.found(std::move(confirmation_->witness), name);
                return engine::Progress::answered;
            }
            if (step_ == Step::refuted) {
                knowledge.refuted(name);
                return engine::Progress::answered;
            }
            if (step_ == Step::given_up || step_ == Step::cut) return engine::Progress::exhausted;
        }
    }

    Statistics statistics() const {
        Statistics all = statistics_;
        if (tree_) all.add(tree_->statistics());
        all.add(attack_.statistics());
        all.add("phase_exact_leaves", static_cast<double>(exact_.count()));
        return all;
    }
    const std::string& reason() const { return reason_; }

  private:
    enum class Step : std::uint8_t {
        first_attack,
        bound_plainly,
        second_attack,
        bound,
        begin_round,
        plant,
        tree,
        exact_leaves,
        round_attack,
        refine,
        bound_layer,
        refuted,
        given_up,
        cut,
    };

    /// The next step, or none if this one is to go on.
    std::optional<Step> take(const Limits& limits, engine::Knowledge& knowledge, std::string_view name) {
        const WorkScope scope(step_ == Step::tree           ? Work::tree
                              : step_ == Step::exact_leaves ? Work::exact
                                                            : Work::roots);
        switch (step_) {
            case Step::first_attack:
                if (part_.rounds == 0 && options_.attacks) attack(limits, 1, 20);
                return Step::bound_plainly;
            case Step::bound_plainly: {
                if (!network_) begin_part();
                if (part_.rounds > 0) return Step::begin_round;
                bounds::TightenOptions plain;
                plain.steps = 0;
                if (!tighten(limits, plain)) return std::nullopt;
                if (open_goals(*network_, disjuncts_, 0).empty() && !impossible_) return refuted();
                yields_ = !options_.attacks;  // what is not refuted so cheaply is worth a descent more
                return options_.attacks ? Step::second_attack : Step::bound;
            }
            case Step::second_attack:
                attack(limits, 8, 40);
                return Step::bound;
            case Step::bound:
                if (!tighten(limits, tighten_)) return std::nullopt;
                statistics_.add("unstable_neurons", static_cast<double>(network_->unstable().size()));
                tell(knowledge, name);
                return Step::begin_round;
            case Step::begin_round:
                if (!settle_part()) return refuted();
                if (part_.rounds > 0 && round_ >= part_.rounds) tell(knowledge, name);  // of a unit that may run out
                goals_ = open_goals(*network_, disjuncts_, goal_steps, proof_ ? &*proof_ : nullptr);
                if (impossible_) return give_up("a disjunct has no row");
                if (goals_.empty()) return refuted();
                return Step::plant;
            case Step::plant:
                tree_ = std::make_unique<PhaseTree>(query_, *network_, attack_, goals_, bank_, options_.steps,
                                                    options_.settings.seed(), proof_ ? &*proof_ : nullptr);
                tree_->assume(assumed_);
                return Step::tree;
            case Step::tree:
                return search_tree(limits);
            case Step::exact_leaves:
                return decide_leaves(limits);
            case Step::round_attack:
                if (options_.attacks) attack(limits, std::size_t{8} << round_, 40);
                layer_ = 1;
                refined_ = 0;
                passes_ = 0;
                return Step::refine;
            case Step::refine:
                return refine(limits);
            case Step::bound_layer:
                tighten_.condition = is_conditional() ? &goals_[0].condition : nullptr;
                if (layer_ < network_->neuron_layers().size() && !tighten(limits, tighten_, layer_, layer_ + 1))
                    return std::nullopt;
                return Step::refine;
            case Step::refuted:
            case Step::given_up:
            case Step::cut:
                break;
        }
        return std::nullopt;
    }

    /// The network, with what is known of the part. A neuron that the part has split keeps the bounds that it had
    /// before: only open neurons have multipliers.
    void begin_part() {
        network_.emplace(query_.network, box_.lower, box_.upper, variables_of(disjuncts_));
        if (options_.proof == nullptr) bounds::tighten_forward(*network_);  // else bounds are those of a checker
        for (const engine::Literal& bound : part_.bounds) know(bound);
        for (const engine::Literal& split : part_.splits) {
            const std::optional<std::uint32_t> neuron = neuron_of(split.subject.variable().index());
            if (neuron) assumed_.push_back({*neuron, split.side == engine::Side::at_least, split.value});
            // Without a multiplier it is a bound of all solutions in the part.
            if (!neuron || !network_->has_multiplier(assumed_.back())) know(split);
        }
        std::erase_if(assumed_, [&](const bounds::NeuronSplit& split) { return !network_->has_multiplier(split); });
        network_->refresh();
        if (options_.proof == nullptr) return;
        proof_.emplace(*options_.proof, *network_, box_.lower, box_.upper);
        tighten_.listener = &listener_.emplace(*proof_);
    }

    Step refuted() {
        if (proof_) proof_->close_root();
        return Step::refuted;
    }

    /// That has this pre-activation.
    std::optional<std::uint32_t> neuron_of(std::size_t variable) const {
        for (const bounds::NeuronLayer& layer : network_->neuron_layers())
            if (layer.pre <= variable && variable < layer.pre + layer.size)
                return static_cast<std::uint32_t>(layer.first + variable - layer.pre);
        return std::nullopt;
    }

    bool is_assumed(std::uint32_t neuron) const {
        return std::any_of(assumed_.begin(), assumed_.end(),
                           [&](const bounds::NeuronSplit& split) { return split.neuron == neuron; });
    }

    /// With the bounds of the part as they are now. False: they contradict each other, nothing is in it.
    bool settle_part() {
        if (part_.rounds == 0 && assumed_.empty()) return true;
        for (const bounds::NeuronLayer& layer : network_->neuron_layers())
            for (std::size_t i = 0; i < layer.size; ++i)
                if (network_->lower(layer.pre + i) > network_->upper(layer.pre + i)) return false;
        // Only open neurons have multipliers; without the split more than the part is searched.
        std::erase_if(assumed_, [&](const bounds::NeuronSplit& split) {
            const std::vector<std::uint32_t>& open = network_->unstable();
            return !std::binary_search(open.begin(), open.end(), split.neuron);
        });
        return true;
    }

    void know(const engine::Literal& bound) {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        const bool is_lower = bound.side == engine::Side::at_least;
        network_->tighten(bound.subject.variable().index(), is_lower ? bound.value : -infinity,
                          is_lower ? infinity : bound.value);
    }

    Step give_up(std::string_view why) {
        reason_ = why;
        return Step::given_up;
    }

    /// Whether bounds need to hold only where one disjunct does, which is the last one open.
    bool is_conditional() const { return goals_.size() == 1 && !goals_[0].condition.rows.empty(); }

    bool tighten(const Limits& limits, const bounds::TightenOptions& options, std::size_t first = 0,
                 std::size_t end = bounds::LayerTightening::all_layers) {
        if (!tightening_) tightening_.emplace(*network_, options, &bank_, first, end);
        if (!tightening_->run(limits, threads_)) return false;
        passes_ += tightening_->passes();
        tightening_.reset();
        return true;
    }

    void attack(const Limits& limits, std::size_t groups, std::size_t steps) {
        AttackOptions attack;
        attack.limits = limits;
        attack.groups = groups;
        attack.steps = steps;
        attack = options_.settings.options(attack_option_table(), attack);
        confirmation_ = find_witness(query_, attack_, box_.lower, box_.upper, attack);
    }

    std::optional<Step> search_tree(const Limits& limits) {
        const bool is_cut = wanted_ != PhaseTree::no_leaves;
        const bool goes_on = is_cut ? is_ripe_ : round_ >= options_.rounds;
        if (!goes_on) return look_ahead(limits);
        if (is_cut && tree_->open_count() > std::max(wanted_, goals_.size())) return plant_anew();
        switch (tree_->run(limits, no_budget, observer_, threads_, wanted_)) {
            case PhaseTree::End::found:
                confirmation_ = tree_->take_confirmation();
                return Step::given_up;
            case PhaseTree::End::limit:
                return std::nullopt;
            case PhaseTree::End::enough:
                return Step::cut;
            case PhaseTree::End::budget:
            case PhaseTree::End::empty:
                break;
        }
        return tree_->undecided().empty() ? refuted() : Step::exact_leaves;
    }

    /// By how much nearer to 0 the hardest node came while the tree doubled it is guessed what the tree would take to
    /// its end. Where that is more than the next refinement takes, bounds are refined: at once before a cut (for else
    /// each part would do that again) and where the guess is hopeless, else when as much was spent on the tree.
    std::optional<Step> look_ahead(const Limits& limits) {
        const bool is_cut = wanted_ != PhaseTree::no_leaves;
        // Threads look further in the same time: the nodes that wait between theirs promise too little.
        const std::uint64_t allowed = threads_ * budget_;
        const std::uint64_t first = is_cut ? shortest_look / 2 : std::max<std::uint64_t>(allowed / 8, 1);
        if (!look_) look_ = {std::max(tree_->passes(), first), std::nullopt};
        const PhaseTree::End end = tree_->run(limits, look_->passes, observer_, threads_);
        if (end == PhaseTree::End::limit) return std::nullopt;
        if (end == PhaseTree::End::found) confirmation_ = tree_->take_confirmation();
        if (end == PhaseTree::End::found) return Step::given_up;
        if (end == PhaseTree::End::empty) return tree_->undecided().empty() ? refuted() : Step::exact_leaves;
        const std::optional<double> before = std::exchange(look_->hardest, tree_->hardest());
        const auto passes = static_cast<double>(std::exchange(look_->passes, 2 * look_->passes));
        if (!before) return std::nullopt;
        const double gain = *look_->hardest - *before;
        const double doublings = gain > 0 ? std::min(-*look_->hardest / gain, most_doublings) : most_doublings;
        const double refinement = passes_of_refinement();
        const double expected = passes * std::exp2(doublings);
        const auto budget = static_cast<double>(allowed);
        const bool goes_on = expected <= passes + refinement;
        const bool is_hopeless = passes >= budget / 4 && expected > hopeless * (passes + refinement);
        if (!is_cut && (goes_on || (passes < budget && !is_hopeless))) return std::nullopt;
        look_.reset();
        is_ripe_ = is_cut && goes_on;
        return is_ripe_ ? plant_anew() : Step::round_attack;
    }

    /// A guess at what the next refinement takes: two trees for each open neuron, which often end early.
    double passes_of_refinement() const { return 1.5 * static_cast<double>(network_->unstable().size() * splits_); }

    /// A cut wants the first leaves.
    Step plant_anew() {
        statistics_.add(tree_->statistics());
        tree_.reset();
        return Step::plant;
    }

    /// Leaves whose linear programs the multipliers could not decide: by exact arithmetic, one after the other.
    std::optional<Step> decide_leaves(const Limits& limits) {
        std::vector<PhaseTree::Leaf>& leaves = tree_->undecided();
        if (model::is_smooth(query_.network)) return give_up(boundary_reason(tree_->distance()));
        while (!leaves.empty()) {
            std::vector<Decision> bounds;
            for (const bounds::NeuronSplit& split : leaves.back().splits)
                bounds.push_back(
                    {static_cast<std::uint32_t>(network_->pre_variable(split.neuron)), !split.above, split.point});
            for (const bounds::NeuronLayer& layer : network_->neuron_layers()) {
                for (std::size_t i = 0; i < layer.size; ++i) {
                    const auto variable = static_cast<std::uint32_t>(layer.pre + i);
                    bounds.push_back({variable, false, network_->lower(variable)});
                    bounds.push_back({variable, true, network_->upper(variable)});
                }
            }
            const Answer answer = exact_.decide(bounds, {}, limits.without_effort().within_effort(longest_exact_leaf));
            if (answer == Answer::sat) {
                confirmation_.emplace();
                confirmation_->witness = exact_.take_witness();
                return Step::given_up;
            }
            if (answer == Answer::unknown)
                return limits.without_effort().exceeded() ? std::nullopt
                                                          : std::optional(give_up(PhaseTree::undecided_leaf));
            if (proof_) proof_->close_by_rationals(leaves.back().proof);
            leaves.pop_back();
            if (limits.exceeded()) return std::nullopt;
        }
        return refuted();
    }

    /// Refines the open neurons from the second layer on, some at a time.
    std::optional<Step> refine(const Limits& limits) {
        if (layer_ >= network_->neuron_layers().size() || is_ripe_) {
            if (is_ripe_) network_->refresh();  // in the midst of a layer
            statistics_.add(tree_->statistics());
            tree_.reset();
            begin_next_round();
            return Step::begin_round;
        }
        const bounds::NeuronLayer& layer = network_->neuron_layers()[layer_];
        if (refined_ == 0) {
            neurons_.clear();
            for (const std::uint32_t i : layer.unstable) {
                const auto neuron = static_cast<std::uint32_t>(layer.first) + i;
                if (!is_assumed(neuron)) neurons_.push_back(neuron);
            }
        }
        if (neurons_.empty()) return go_up();
        RefinementOptions options;
        options.splits = splits_;
        options.least_gain = std::ldexp(first_least_gain, 1 - static_cast<int>(std::max<std::size_t>(round_, 1)));
        if (is_conditional()) options.condition = &goals_[0].condition;
        options.proof = proof_ ? &*proof_ : nullptr;
        std::atomic<std::uint64_t> passes{0};
        while (refined_ < neurons_.size()) {
            if (limits.exceeded()) break;
            // Threads take the trees of one list, so that none waits long for another.
            const std::size_t most = threads_ == 1 ? refined_together : 2 * threads_ * refined_together;
            const auto some = std::span(neurons_).subspan(refined_, std::min(most, neurons_.size() - refined_));
            std::vector<double> proven(2 * some.size(), -infinity);  // of trees that time does not allow
            std::atomic<std::size_t> next{0};
            work_off(0, threads_, threads_, limits.without_effort(), [&](std::size_t, std::size_t) {
                bounds::RelaxedLanes problem(*network_);
                refine_neurons(*network_, problem, bank_, some, next, assumed_, options, limits.without_effort(),
                               proven);
                passes += problem.passes();
            });
            take_refined(*network_, some, proven);
            refined_ += some.size();
        }
        passes_ += passes;
        if (refined_ < neurons_.size()) return std::nullopt;
        network_->refresh(layer.source);
        return go_up();
    }

    /// What was refined changes the layers above alone.
    Step go_up() {
        ++layer_;
        refined_ = 0;
        return Step::bound_layer;
    }

    void begin_next_round() {
        budget_ = std::max(2 * budget_, passes_);
        splits_ *= 4;
        ++round_;
    }

    /// What the others have told of pre-activations: before bounding begins, which makes it cheaper.
    void take_news(const engine::Knowledge& knowledge) {
        const engine::Revision now = knowledge.revision();
        if (!network_ || tree_ || tightening_ || now == seen_ || proof_) return;
        for (const engine::Literal& news : knowledge.bounds_since(std::exchange(seen_, now))) {
            if (news.subject.is_boolean() || query_.network.is_input(news.subject.variable())) continue;
            const auto is_its = [&](const engine::Literal& split) { return split.subject == news.subject; };
            if (std::none_of(part_.splits.begin(), part_.splits.end(), is_its)) know(news);
        }
        network_->refresh();
    }

    void tell(engine::Knowledge& knowledge, std::string_view name) {
        std::vector<engine::Literal> bounds;
        for (const bounds::NeuronLayer& layer : network_->neuron_layers()) {
            for (std::size_t i = 0; i < layer.size; ++i) {
                const engine::Subject subject{Variable(layer.pre + i)};
                bounds.push_back(engine::at_least(subject, network_->lower(layer.pre + i)));
                bounds.push_back(engine::at_most(subject, network_->upper(layer.pre + i)));
            }
        }
        knowledge.raise(bounds, name);
        seen_ = knowledge.revision();
    }

  public:
    std::uint32_t rounds() const { return static_cast<std::uint32_t>(round_ + 1); }

    engine::SplitTree tree() const {
        if (!tree_ || (step_ != Step::tree && step_ != Step::cut && step_ != Step::exact_leaves) ||
            !tree_->knows_leaves())
            return {};
        std::vector<std::uint32_t> disjunct_of;
        for (const PhaseGoal& goal : goals_) disjunct_of.push_back(goal.disjunct);
        return split_tree(*network_, tree_->leaves(), disjunct_of, disjuncts_.size(), assumed_.size());
    }

  private:
    const model::Query& query_;
    PhaseOptions options_;
    Observer& observer_;
    InputBox box_;
    std::vector<Disjunct> disjuncts_;
    Attack attack_;
    ExactLeaves exact_;
    bounds::TightenOptions tighten_;
    std::size_t threads_ = 1;  ///< of this turn
    Step step_ = Step::first_attack;
    std::optional<bounds::RelaxedNetwork> network_;
    std::optional<PhaseProof> proof_;
    std::optional<PhaseProof::Listener> listener_;
    std::optional<bounds::LayerTightening> tightening_;
    bounds::SlopeBank bank_{bank_bytes};
    std::vector<PhaseGoal> goals_;
    std::unique_ptr<PhaseTree> tree_;
    std::size_t round_ = 0;
    std::uint64_t budget_;   ///< passes of this round's tree
    std::size_t splits_;     ///< of this round's refinements
    std::size_t layer_ = 0;  ///< being refined
    std::vector<std::uint32_t> neurons_;
    std::size_t refined_ = 0;   ///< how many of them
    std::uint64_t passes_ = 0;  ///< of this round's refinements
    bool impossible_ = false;   ///< a disjunct has no row that could refute it
    std::optional<Confirmation> confirmation_;
    std::string reason_;
    engine::Revision seen_ = 0;
    engine::Part part_;
    std::vector<bounds::NeuronSplit> assumed_;  ///< the part's
    std::size_t wanted_ = PhaseTree::no_leaves;
    bool is_ripe_ = false;  ///< for a cut
    bool yields_ = false;   ///< ends its turn after this step
    struct Look {
        std::uint64_t passes;           ///< until the next look
        std::optional<double> hardest;  ///< node, half as many passes before
    };
    std::optional<Look> look_;
    Statistics statistics_;
};

PhaseBranching::PhaseBranching(std::unique_ptr<Search> search) : search_(std::move(search)) {}
PhaseBranching::~PhaseBranching() = default;

void PhaseBranching::cut_into(std::size_t leaves, bool at_once) {
    search_->cut_into(leaves, at_once);
}

std::uint32_t PhaseBranching::rounds() const {
    return search_->rounds();
}

engine::SplitTree PhaseBranching::tree() const {
    return search_->tree();
}

std::unique_ptr<PhaseBranching> PhaseBranching::make(const model::Query& query, const PhaseOptions& options,
                                                     Observer& observer, const engine::Part* part) {
    if (!query.boolean_names.empty() || !suits(query.network)) return nullptr;
    if (options.proof != nullptr && !has_only_relus(query.network)) return nullptr;
    InputBox box = input_box(query);
    if (!box.finite()) return nullptr;
    auto all = disjuncts(query);
    if (!all) return nullptr;
    return std::unique_ptr<PhaseBranching>(
        new PhaseBranching(std::make_unique<Search>(query, options.settings.options(phase_option_table(), options),
                                                    observer, std::move(box), std::move(*all), part)));
}

engine::Progress PhaseBranching::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    return search_->advance(turn, knowledge, name());
}

Statistics PhaseBranching::statistics() const {
    return search_->statistics();
}

std::string PhaseBranching::reason() const {
    return search_->reason();
}

model::Verdict phase_branching(const model::Query& query, const PhaseOptions& options, const Limits& limits,
                               Observer& observer) {
    std::unique_ptr<PhaseBranching> engine = PhaseBranching::make(query, options, observer);
    if (!engine) {
        model::Verdict verdict;
        verdict.reason = "not a network without jumps over a finite box with few disjuncts";
        return verdict;
    }
    return engine::decide_alone(std::move(engine), query, limits);
}

}  // namespace sinew::search
