// SPDX-License-Identifier: Apache-2.0
#include "binarized/search.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <unordered_map>

#include "base/error.hpp"
#include "binarized/encoded_query.hpp"
#include "binarized/witness.hpp"
#include "cardinality/engine_group.hpp"
#include "cardinality/load.hpp"
#include "cardinality/residues.hpp"
#include "phase/bounds.hpp"
#include "phase/phase_theory.hpp"

namespace sinew::binarized {

namespace {
using cardinality::Literal;
using engine::Progress;

constexpr std::size_t few_phases = 32;
constexpr std::size_t many_gates = 30000;    // setting up the rows takes long
constexpr int turns_without_many_gates = 4;  // those who guess come first
constexpr Effort first_slice = 20 * effort_per_second;
}  // namespace

class Search::State {
  public:
    State(const model::Query& query, const Settings& settings, Observer& observer)
        : encoded_(query), settings_(settings), observer_(observer) {}

    Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
        const Limits& limits = turn.limits;
        threads_ = static_cast<std::size_t>(turn.threads);
        if (given_up_) return Progress::exhausted;
        reason_.clear();
        if (!bounds_ && !prepare(limits)) return stopped(limits);
        if (is_empty()) {
            knowledge.refuted(name);
            return Progress::answered;
        }
        ++turns_;
        while (!limits.exceeded()) {
            const bool bounding = !bounds_->finished() && bounds_effort_ <= rows_effort_;
            if (!bounding && !rows_ && encoded_.reduced().gates.size() > many_gates && encoded_.some_target_can_win() &&
                turns_ <= turns_without_many_gates)
                return Progress::paused;
            const Effort before = effort_spent();
            const bool answered =
                bounding ? bound(limits.within_effort(first_slice + rows_effort_ - bounds_effort_), knowledge)
                         : search(limits.within_effort(first_slice + bounds_effort_), knowledge);
            (bounding ? bounds_effort_ : rows_effort_) += std::max<Effort>(effort_spent() - before, first_slice / 100);
            if (answered) return Progress::answered;
        }
        return stopped(limits);
    }

    Statistics statistics() const {
        Statistics statistics;
        if (!bounds_) return statistics;
        encoded_.add_statistics(statistics);
        bounds_->add_statistics(statistics);
        if (!rows_) return statistics;
        for (std::size_t place = 0; place < rows_->size(); ++place) phases_.of[place].add_statistics(statistics);
        statistics.add(rows_->statistics());
        return statistics;
    }

    const std::string& reason() const { return reason_; }

  private:
    static constexpr std::string_view name = "binarized";

    Progress stopped(const Limits& limits) {
        given_up_ = !limits.exceeded();
        return given_up_ ? Progress::exhausted : Progress::paused;
    }

    bool prepare(const Limits& limits) {
        if (!encoded_.understand(limits, reason_)) return false;
        std::vector<const phase::FrontUnit*> units;
        for (std::size_t f = 0; f < encoded_.reduced().digits.size(); ++f) units.push_back(&encoded_.unit(f));
        bounds_.emplace(encoded_.reduced(), std::move(units), encoded_.front().atoms());
        for (const auto& [input, range] : encoded_.front().box()) bounds_->add_box(input, range);
        return true;
    }

    bool is_empty() const {
        return std::any_of(encoded_.front().box().begin(), encoded_.front().box().end(), [](const auto& entry) {
            const phase::Range& range = entry.second;
            return range.lower && range.upper && *range.lower > *range.upper;
        });
    }

    /// Excludes conditions by the phases that their margins would need. True: a witness turned up.
    bool bound(const Limits& limits, engine::Knowledge& knowledge) {
        const auto accept = [&](const phase::PhaseBounds::Point& point) {
            std::optional<model::Witness> witness = witness_at(encoded_.query(), inputs_at(point), {});
            if (witness) knowledge.found(std::move(*witness), name);
            return witness.has_value();
        };
        return bounds_->run(accept, limits);
    }

    /// A turn of the search by clauses, rows and linear arithmetic. True: the query is decided.
    bool search(const Limits& limits, engine::Knowledge& knowledge) {
        if (!rows_) set_up();
        const auto load = [&](cardinality::Engine& engine, std::size_t place) {
            return load_rest(engine, place, place == 0 ? limits : limits.without_effort());
        };
        if (!rows_->for_each(load)) return refuted(knowledge);
        for (std::size_t place = 0; place < rows_->size(); ++place)
            if (!loaded_[place].all_of(problem_.rows)) return false;
        if (!tell_bounds()) return refuted(knowledge);
        const Answer answer = rows_->solve({}, problem_.rows.variable_count(), limits, ~std::uint64_t{0});
        sinew::Progress progress;
        progress.conflicts = rows_->conflicts();
        observer_.progress(progress);
        if (answer == Answer::unsat) return refuted(knowledge);
        if (answer == Answer::unknown) return false;
        const phase::PhaseTheory& phases = phases_.of[rows_->winner()];
        require(problem_.rows.satisfied_by(rows_->model()), "a model satisfies the problem");
        std::vector<bool> booleans;
        for (const cardinality::BoolVar variable : problem_.booleans)
            booleans.push_back(rows_->model()[variable.index()]);
        std::vector<Rational> inputs;
        for (const auto& [input, range] : encoded_.front().box()) inputs.push_back(phases.value(input));
        std::optional<model::Witness> witness = witness_at(encoded_.query(), inputs, std::move(booleans));
        require(witness.has_value(), "a witness satisfies its query exactly");
        knowledge.found(std::move(*witness), name);
        return true;
    }

    bool refuted(engine::Knowledge& knowledge) const {
        knowledge.refuted(name);
        return true;
    }

    void set_up() {
        for (std::size_t t = 0; t < bounds_->excluded().size(); ++t)
            if (bounds_->excluded()[t]) encoded_.exclude(t);
        problem_ = encoded_.encode();
        rows_.emplace(settings_.options(cardinality::option_table()), threads_, &phases_);
        loaded_.resize(rows_->size());
        for (std::size_t place = 0; place < rows_->size(); ++place) {
            phase::PhaseTheory& phases = phases_.of.emplace_back();
            for (const auto& [input, range] : encoded_.front().box()) phases.add_box(input, range);
            for (std::size_t a = 0; a < problem_.atoms.size(); ++a) phases.add(problem_.atoms[a], problem_.atom[a]);
        }
    }

    /// What a limit kept from being loaded into one of the engines. False: a contradiction came out.
    bool load_rest(cardinality::Engine& engine, std::size_t place, const Limits& limits) {
        cardinality::Loaded& loaded = loaded_[place];
        phase::PhaseTheory& phases = phases_.of[place];
        phases.set_limits(limits);
        if (loaded.all_of(problem_.rows)) return true;
        if (!cardinality::load(engine, problem_.rows, loaded, limits)) return false;
        if (!loaded.all_of(problem_.rows)) return true;
        engine.add_theory(phases);
        for (const Literal literal : problem_.atom) engine.watch(literal.variable(), phases);
        // Everything follows from the first neurons: where they are few, there is nothing else to decide.
        if (problem_.atom.size() <= few_phases)
            for (const Literal literal : problem_.atom) engine.prefer(literal.variable(), 1);
        cardinality::Residues residues;
        return cardinality::strengthen_by_residues(problem_.rows, engine, nullptr, limits, residues);
    }

    /// What the bounds have found out since the last turn. False: a contradiction came out.
    bool tell_bounds() {
        for (std::size_t t = 0; t < bounds_->excluded().size(); ++t) {
            if (!bounds_->excluded()[t] || encoded_.reduced().targets[t].wins.is_constant()) continue;
            encoded_.exclude(t);
            const Literal loses = ~problem_.target[t];
            if (!add_clause({&loses, 1})) return false;
        }
        for (; told_ < bounds_->contradictions().size(); ++told_) {
            std::vector<Literal> clause;
            for (const phase::BitPhase& phase : bounds_->contradictions()[told_])
                clause.push_back(phase.value ? ~problem_.digit[phase.bit] : problem_.digit[phase.bit]);
            if (!add_clause(clause)) return false;
        }
        return true;
    }

    bool add_clause(std::span<const Literal> clause) {
        bool possible = true;
        for (std::size_t place = 0; place < rows_->size(); ++place)
            possible = rows_->at(place).add_clause(clause) && possible;
        return possible;
    }

    std::vector<Rational> inputs_at(const std::unordered_map<Variable, Rational>& point) const {
        std::vector<Rational> inputs;
        for (const auto& [input, range] : encoded_.front().box()) inputs.push_back(point.at(input));
        return inputs;
    }

    EncodedQuery encoded_;
    Settings settings_;
    Observer& observer_;
    std::optional<phase::PhaseBounds> bounds_;
    EncodedQuery::Problem problem_;
    /// The linear arithmetic beside the rows of each engine.
    struct Phases : cardinality::TheoriesBeside {
        void set_limits(std::size_t place, const Limits& limits) override { of[place].set_limits(limits); }
        bool has_model(std::size_t place) const override { return of[place].has_model(); }
        std::deque<phase::PhaseTheory> of;
    };
    std::size_t threads_ = 1;
    Phases phases_;  ///< outlives the rows, whose theories they are
    std::optional<cardinality::EngineGroup> rows_;
    std::vector<cardinality::Loaded> loaded_;
    std::size_t told_ = 0;  ///< contradictions of the bounds that the rows know
    int turns_ = 0;
    Effort bounds_effort_ = 0;
    Effort rows_effort_ = 0;
    bool given_up_ = false;
    std::string reason_;
};

Search::Search(const model::Query& query, const Settings& settings, Observer& observer)
    : state_(std::make_unique<State>(query, settings, observer)) {}
Search::~Search() = default;

engine::Progress Search::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    return state_->advance(turn, knowledge);
}
Statistics Search::statistics() const {
    return state_->statistics();
}
std::string Search::reason() const {
    return state_->reason();
}

}  // namespace sinew::binarized
