#include "binarized/search.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "base/error.hpp"
#include "binarized/encoded_query.hpp"
#include "binarized/witness.hpp"
#include "cardinality/optimizer.hpp"
#include "phase/bounds.hpp"
#include "phase/front_phases.hpp"

namespace sinew::binarized {

namespace {
using cardinality::Literal;
using engine::Progress;

constexpr std::size_t few_phases = 32;
constexpr std::int64_t conflicts_at_once = 2000;
constexpr Effort ticks_of_a_conflict = 2000;
constexpr std::size_t many_gates = 30000;    // setting up the rows takes long
constexpr int turns_without_many_gates = 4;  // those who guess come first
constexpr Effort first_slice = 20 * effort_per_second;
}  // namespace

class Search::State {
  public:
    State(const model::Query& query, const Settings& settings, Observer& observer)
        : encoded_(query), settings_(settings), observer_(observer) {}

    Progress advance(const Limits& limits, engine::Knowledge& knowledge) {
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
        statistics.add("front_phases_tried", static_cast<double>(tried_));
        if (rows_) statistics.add(rows_->statistics());
        return statistics;
    }

    const std::string& reason() const { return reason_; }

  private:
    static constexpr std::string_view name = "binarized";

    Progress stopped(const Limits& limits) {
        const StopReason stop = limits.reached();
        if (stop == StopReason::none) {
            given_up_ = true;
            return Progress::exhausted;
        }
        reason_ = to_string(stop);
        return Progress::paused;
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

    /// A turn of the search by clauses and rows. True: the query is decided.
    bool search(const Limits& limits, engine::Knowledge& knowledge) {
        if (!rows_) set_up();
        tell_bounds();
        while (!limits.exceeded()) {
            const cardinality::Result answer = rows_->solve(limits);
            if (answer.outcome == Outcome::unsat) {
                knowledge.refuted(name);
                return true;
            }
            spend(conflicts_at_once * ticks_of_a_conflict);
            if (answer.outcome == Outcome::sat && dispose(answer.model, limits, knowledge)) return true;
        }
        return false;
    }

    void set_up() {
        for (std::size_t t = 0; t < bounds_->excluded().size(); ++t)
            if (bounds_->excluded()[t]) encoded_.exclude(t);
        problem_ = encoded_.encode();
        cardinality::Options options;
        options.conflict_limit = conflicts_at_once;
        rows_.emplace(problem_.rows, settings_.options(cardinality::option_table(), options));
        for (const phase::FrontAtom& atom : problem_.atoms) {
            phases_.add(atom);
            cores_.add(atom);
        }
        for (const auto& [input, range] : encoded_.front().box()) {
            phases_.add_box(input, range);
            cores_.add_box(input, range);
        }
        // Everything follows from the first neurons: where they are few, there is nothing else to decide.
        if (problem_.atom.size() <= few_phases)
            for (const Literal literal : problem_.atom) rows_->prefer_decision(literal.variable());
    }

    /// What the bounds have found out since the last turn.
    void tell_bounds() {
        for (std::size_t t = 0; t < bounds_->excluded().size(); ++t) {
            if (!bounds_->excluded()[t] || encoded_.reduced().targets[t].wins.is_constant()) continue;
            encoded_.exclude(t);
            if (problem_.target[t].valid()) rows_->add_clause(std::vector<Literal>{~problem_.target[t]});
        }
        for (; told_ < bounds_->contradictions().size(); ++told_) {
            std::vector<Literal> clause;
            for (const phase::BitPhase& phase : bounds_->contradictions()[told_])
                clause.push_back(phase.value ? ~problem_.digit[phase.bit] : problem_.digit[phase.bit]);
            rows_->add_clause(clause);
        }
    }

    /// Asks the linear theory for the phases of a solution: true if that was the answer, else the rows know more (or
    /// a limit was reached).
    bool dispose(const std::vector<bool>& solution, const Limits& limits, engine::Knowledge& knowledge) {
        ++tried_;
        const auto is_true = [&](Literal literal) { return solution[literal.variable().index()] != literal.negated(); };
        std::vector<bool> phases;
        for (const Literal literal : problem_.atom) phases.push_back(is_true(literal));
        const std::optional<std::vector<std::size_t>> core = phases_.contradiction(phases, limits);
        if (!core) {
            if (limits.exceeded()) return false;
            std::vector<bool> booleans;
            for (const cardinality::BoolVar variable : problem_.booleans)
                booleans.push_back(solution[variable.index()]);
            std::optional<model::Witness> witness = witness_at(encoded_.query(), inputs_at(phases_.point()), booleans);
            require(witness.has_value(), "a witness satisfies its query exactly");
            knowledge.found(std::move(*witness), name);
            return true;
        }
        std::vector<phase::BitPhase> together;
        for (const std::size_t phase : *core) together.push_back({static_cast<std::uint32_t>(phase), phases[phase]});
        std::vector<std::vector<phase::BitPhase>> fewer = cores_.cut_down(together, limits);
        if (fewer.empty()) fewer.push_back(std::move(together));
        for (const std::vector<phase::BitPhase>& each : fewer) {
            std::vector<Literal> clause;
            for (const phase::BitPhase& phase : each)
                clause.push_back(phase.value ? ~problem_.atom[phase.bit] : problem_.atom[phase.bit]);
            rows_->add_clause(clause);
        }
        sinew::Progress progress;
        progress.nodes = tried_;
        observer_.progress(progress);
        return false;
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
    std::optional<cardinality::Optimizer> rows_;
    phase::FrontPhases phases_;
    phase::PhaseCores cores_;
    std::size_t told_ = 0;  ///< contradictions of the bounds that the rows know
    std::uint64_t tried_ = 0;
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
    return state_->advance(turn.limits, knowledge);
}
Statistics Search::statistics() const {
    return state_->statistics();
}
std::string Search::reason() const {
    return state_->reason();
}

}  // namespace sinew::binarized
