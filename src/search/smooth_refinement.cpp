// SPDX-License-Identifier: Apache-2.0
#include "search/smooth_refinement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "bounds/forward_intervals.hpp"
#include "bounds/network_bounds.hpp"
#include "search/attack.hpp"
#include "search/boundary.hpp"
#include "search/lazy_search.hpp"
#include "search/options.hpp"
#include "search/smooth_relaxation.hpp"
#include "search/witness.hpp"

namespace sinew::search {

class SmoothRefinement::Search {
  public:
    Search(const model::Query& query, const Settings& settings, Observer& observer)
        : query_(query),
          settings_(settings),
          options_(settings.options(refine_option_table())),
          observer_(observer),
          relaxation_(query),
          domains_(input_domains(query)),
          inputs_(query.network.input_variables()) {}

    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge, std::string_view name) {
        limits_ = turn.limits;
        if (undecided_) return engine::Progress::exhausted;
        if (rounds_ == 0) bound_neurons();
        for (;;) {
            if (!round_) begin_round(knowledge);
            round_->search.advance(turn, round_->knowledge);
            if (round_->knowledge.answer() == Answer::unsat) {
                knowledge.refuted(name);
                return engine::Progress::answered;
            }
            if (round_->knowledge.answer() == Answer::unknown) {
                reason_ = round_->search.reason();
                return limits_.exceeded() ? engine::Progress::paused : engine::Progress::exhausted;
            }
            const model::Witness relaxed = *round_->knowledge.witness();
            statistics_.add(round_->search.statistics());
            round_.reset();
            if (settle(relaxed)) {
                knowledge.found(std::move(found_->witness), name);
                return engine::Progress::answered;
            }
            if (!refine(relaxed.values)) {
                undecided_ = true;
                reason_ = boundary_reason(nearest_miss_);
                return engine::Progress::exhausted;
            }
        }
    }

    Statistics statistics() const {
        Statistics all = statistics_;
        if (round_) all.add(round_->search.statistics());
        if (found_) all.add("witness_holds_in_float32", found_->float32_agrees ? 1 : 0);
        std::size_t cuts = 0;
        for (const SmoothNeuron& neuron : relaxation_.neurons()) cuts += neuron.cuts.size();
        all.add("refinement_rounds", static_cast<double>(rounds_));
        all.add("refinement_cuts", static_cast<double>(cuts));
        return all;
    }
    const std::string& reason() const { return reason_; }

  private:
    /// One relaxation and the search over it, which goes on from turn to turn.
    struct Round {
        Round(model::Query relaxed, const Settings& settings, Observer& observer)
            : query(std::move(relaxed)), knowledge(query), search(query, settings, observer) {}
        model::Query query;
        engine::Knowledge knowledge;
        LazySearch search;
    };

    void begin_round(const engine::Knowledge& knowledge) {
        ++rounds_;
        take_news(knowledge);
        round_ = std::make_unique<Round>(relaxation_.build(), settings_, observer_);
    }

    /// Bounds of pre-activations that others have proved narrow the relaxation.
    void take_news(const engine::Knowledge& knowledge) {
        const engine::Revision now = knowledge.revision();
        if (now == seen_) return;
        constexpr double infinity = std::numeric_limits<double>::infinity();
        const std::size_t variables = query_.network.variable_count();
        bounds::State known{std::vector<double>(variables, -infinity), std::vector<double>(variables, infinity)};
        for (const engine::Literal& news : knowledge.bounds_since(std::exchange(seen_, now))) {
            if (news.subject.is_boolean()) continue;
            (news.side == engine::Side::at_least ? known.lower : known.upper)[news.subject.variable().index()] =
                news.value;
        }
        relaxation_.narrow(known);
    }

    void bound_neurons() {
        std::vector<Interval> box;
        for (const model::Domain& domain : domains_) {
            Interval side;
            if (domain.lower) side.lower = to_double_below(*domain.lower);
            if (domain.upper) side.upper = to_double_above(*domain.upper);
            if (!domain.values.empty())
                side = {to_double_below(domain.values.front()), to_double_above(domain.values.back())};
            if (side.empty()) return;  // the exact theory will say so
            box.push_back(side);
        }
        const bool unbounded =
            std::any_of(box.begin(), box.end(), [](Interval side) { return std::isinf(side.width()); });
        if (unbounded) {
            relaxation_.narrow(bounds::forward_intervals(query_.network, box));
            return;
        }
        bounds::NetworkBounds bounds(query_.network);
        bounds::State state = bounds.start(box);
        if (bounds.tighten(state)) relaxation_.narrow(state);
    }

    /// Is the network itself right at the relaxed solution's inputs, or near to them?
    bool settle(const model::Witness& relaxed) {
        std::vector<Rational> exact;
        std::vector<double> point;
        for (const Variable input : inputs_) {
            exact.push_back(relaxed.values[input.index()]);
            point.push_back(to_nearest(exact.back()));
        }
        if (auto confirmation = confirm_exact(query_, exact, relaxed.booleans)) return found(std::move(*confirmation));
        if (std::any_of(point.begin(), point.end(), [](double x) { return !std::isfinite(x); })) return false;
        Attack attack(query_, settings_.seed() + rounds_, relaxed.booleans);
        std::vector<double> lower;
        std::vector<double> upper;
        for (std::size_t i = 0; i < point.size(); ++i) {
            const double reach = options_.neighbourhood * std::max(1.0, std::fabs(point[i]));
            lower.push_back(domains_[i].lower ? std::max(point[i] - reach, to_nearest(*domains_[i].lower))
                                              : point[i] - reach);
            upper.push_back(domains_[i].upper ? std::min(point[i] + reach, to_nearest(*domains_[i].upper))
                                              : point[i] + reach);
            if (!(lower[i] <= upper[i])) return false;
        }
        AttackOptions options = settings_.options(attack_option_table());
        options.limits = limits_;
        double margin = 0;
        attack.score({&point, 1}, {&margin, 1});
        nearest_miss_ = std::min(nearest_miss_, std::max(-margin, 0.0));
        auto confirmation = find_witness(query_, attack, lower, upper, options, {&point, 1}, domains_);
        return confirmation && found(std::move(*confirmation));
    }

    bool found(Confirmation confirmation) {
        found_ = std::move(confirmation);
        return true;
    }

    /// Cuts the segments of the neurons that are furthest from their function. False: none is far, or none can be cut.
    bool refine(const std::vector<Rational>& values) {
        std::vector<SmoothNeuron>& neurons = relaxation_.neurons();
        std::vector<double> off(neurons.size());
        double worst = 0;
        for (std::size_t n = 0; n < neurons.size(); ++n) {
            const double s = to_nearest(values[neurons[n].input.index()]);
            const double value = to_nearest(values[neurons[n].output.index()]);
            off[n] = std::fabs(value - model::apply(neurons[n].function->activation(), s));
            worst = std::max(worst, off[n]);
        }
        if (!(worst > options_.finest)) return relaxation_.cut_at_zero();
        bool changed = false;
        for (std::size_t n = 0; n < neurons.size(); ++n)
            if (off[n] >= options_.worth_refining * worst)
                changed = cut(neurons[n], to_nearest(values[neurons[n].input.index()])) || changed;
        return changed;
    }

    bool cut(SmoothNeuron& neuron, double s) const {
        const auto above = std::upper_bound(neuron.cuts.begin(), neuron.cuts.end(), s);
        const Interval side{above == neuron.cuts.begin() ? neuron.known.lower : *(above - 1),
                            above == neuron.cuts.end() ? neuron.known.upper : *above};
        if (!std::isfinite(s)) return false;
        if (side.lower < 0 && side.upper > 0) {  // on either side of 0 the function is convex or concave
            neuron.cuts.insert(above, 0.0);
            return true;
        }
        // Out there one side stays infinite; from some point on it is constant as far as doubles can tell.
        constexpr double outermost = 64;
        double point = std::clamp(s, -outermost, outermost);
        if (std::isfinite(side.lower) && std::isfinite(side.upper)) {
            const double room = options_.least_share * (side.upper - side.lower);
            if (point < side.lower + room || point > side.upper - room)
                point = side.lower + (side.upper - side.lower) / 2;
        } else if (std::isfinite(side.lower) && point < side.lower + options_.least_share) {
            point = side.lower + 1;
        } else if (std::isfinite(side.upper) && point > side.upper - options_.least_share) {
            point = side.upper - 1;
        }
        if (!(side.lower < point && point < side.upper)) return false;
        neuron.cuts.insert(above, point);
        return true;
    }

    const model::Query& query_;
    Settings settings_;
    RefineOptions options_;
    Limits limits_;
    Observer& observer_;
    SmoothRelaxation relaxation_;
    std::vector<model::Domain> domains_;
    std::vector<Variable> inputs_;
    std::unique_ptr<Round> round_;
    std::optional<Confirmation> found_;
    double nearest_miss_ = std::numeric_limits<double>::infinity();
    std::uint64_t rounds_ = 0;
    bool undecided_ = false;
    std::string reason_;
    engine::Revision seen_ = 0;
    Statistics statistics_;
};

SmoothRefinement::SmoothRefinement(const model::Query& query, const Settings& settings, Observer& observer)
    : search_(std::make_unique<Search>(query, settings, observer)) {}
SmoothRefinement::~SmoothRefinement() = default;

engine::Progress SmoothRefinement::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    return search_->advance(turn, knowledge, name());
}

Statistics SmoothRefinement::statistics() const {
    return search_->statistics();
}

std::string SmoothRefinement::reason() const {
    return search_->reason();
}

}  // namespace sinew::search
