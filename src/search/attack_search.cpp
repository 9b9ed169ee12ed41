// SPDX-License-Identifier: Apache-2.0
#include "search/attack_search.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <utility>

#include "base/infinity.hpp"
#include "base/limit_scope.hpp"
#include "base/run_together.hpp"
#include "base/share_out.hpp"
#include "base/work_times.hpp"

namespace sinew::search {

namespace {
constexpr std::size_t all_steps = 20;
/// What a glance's descent may take, but for its least number of steps.
constexpr Effort long_glance = effort_per_second / 10;
constexpr std::size_t least_steps = 4;
/// Disjuncts, and the numbers of their boxes, beyond which they are not looked at one by one.
constexpr std::size_t most_regions = std::size_t{1} << 18;
constexpr std::size_t most_sides = 2'000'000;

Effort sum(Effort a, Effort b) {
    return a > no_effort_limit - b ? no_effort_limit : a + b;
}

/// The place of the one input that the row speaks of, and of nothing else.
std::optional<std::size_t> only_input(const model::Atom& row, const std::vector<Variable>& inputs) {
    if (row.form.terms().size() != 1) return std::nullopt;
    const auto at = std::lower_bound(inputs.begin(), inputs.end(), row.form.terms()[0].variable);
    if (at == inputs.end() || *at != row.form.terms()[0].variable) return std::nullopt;
    return static_cast<std::size_t>(at - inputs.begin());
}

bool is_empty(const model::Domain& domain) {
    return domain.lower && domain.upper && *domain.lower > *domain.upper;
}
}  // namespace

AttackSearch::AttackSearch(const model::Query& query, const Settings& settings, InputBox box)
    : query_(query), settings_(settings), domains_(model::demanded_domains(query)), box_(std::move(box)) {
    attacks_.emplace_back(query, settings.seed());
}

std::unique_ptr<AttackSearch> AttackSearch::make(const model::Query& query, const Settings& settings) {
    if (!query.boolean_names.empty()) return nullptr;
    InputBox box = input_box(query);
    if (!box.finite()) return nullptr;
    for (std::size_t i = 0; i < box.lower.size(); ++i)
        if (box.lower[i] > box.upper[i]) return nullptr;
    return std::unique_ptr<AttackSearch>(new AttackSearch(query, settings, std::move(box)));
}

void AttackSearch::find_regions(const std::vector<Disjunct>& disjuncts) {
    const std::vector<Variable> inputs = query_.network.input_variables();
    if (disjuncts.size() < 2 || disjuncts.size() > most_sides / std::max<std::size_t>(inputs.size(), 1)) return;
    const auto is_side = [&](const model::Atom& row) { return only_input(row, inputs).has_value(); };
    if (std::none_of(disjuncts.begin(), disjuncts.end(), [&](const Disjunct& disjunct) {
            return std::any_of(disjunct.rows.begin(), disjunct.rows.end(), is_side);
        }))
        return;  // a copy of the domains for each of them would be large
    bool differ = false;
    for (const Disjunct& disjunct : disjuncts) {
        check_limits();
        Region region{domains_, {}, -infinity};
        for (const model::Atom& row : disjunct.rows) {
            if (const std::optional<std::size_t> input = only_input(row, inputs))
                model::narrow(region.domains[*input], row);
            else
                region.rows.push_back(row);
        }
        if (std::any_of(region.domains.begin(), region.domains.end(), is_empty)) continue;
        for (std::size_t i = 0; i < domains_.size() && !differ; ++i)
            differ = region.domains[i].lower != domains_[i].lower || region.domains[i].upper != domains_[i].upper;
        regions_.push_back(std::move(region));
    }
    if (!differ) regions_.clear();
    order_.resize(regions_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
}

AttackOptions AttackSearch::options(std::size_t steps, const Limits& limits) const {
    AttackOptions options;
    options.steps = steps;
    options = settings_.options(attack_option_table(), options);
    options.limits = limits;
    return options;
}

void AttackSearch::descend_in_box(Attack& attack, const AttackOptions& options) {
    confirmation_ = find_witness(query_, attack, box_.lower, box_.upper, options, {}, domains_);
}

/// Sixteen regions; those that came nearest in the round before are the first in the next.
void AttackSearch::descend_in_regions(const AttackOptions& options) {
    if (attacked_ == order_.size()) {
        std::stable_sort(order_.begin(), order_.end(),
                         [&](std::size_t a, std::size_t b) { return regions_[a].margin > regions_[b].margin; });
        attacked_ = 0;
    }
    const std::size_t count = std::min(bounds::lanes, order_.size() - attacked_);
    const std::span<const std::size_t> chosen =
        std::span(order_).subspan(std::exchange(attacked_, attacked_ + count), count);
    std::vector<InputBox> boxes(count);
    std::deque<LaneCondition> conditions;
    std::vector<AttackTarget> targets;
    for (std::size_t j = 0; j < count; ++j) {
        const Region& region = regions_[chosen[j]];
        for (const model::Domain& domain : region.domains) {
            const Interval side = enclosing(domain);
            boxes[j].lower.push_back(side.lower);
            boxes[j].upper.push_back(side.upper);
        }
        conditions.emplace_back(query_, region.rows);
        targets.push_back({boxes[j].lower, boxes[j].upper, &conditions.back()});
    }
    const std::vector<Candidate> best = attacks_.front().run(targets, options);
    for (std::size_t j = 0; j < count && !confirmation_; ++j) {
        Region& region = regions_[chosen[j]];
        region.margin = std::max(region.margin, best[j].margin);
        if (best[j].margin < hopeless_margin || options.limits.exceeded()) continue;
        confirmation_ = confirm(query_, best[j].inputs, {}, region.domains);
    }
}

void AttackSearch::descend(std::size_t steps, const Limits& limits, std::size_t threads) {
    const Effort begin = effort_spent();
    const AttackOptions own = options(steps, limits);
    if (!regions_.empty()) {
        descend_in_regions(own);
    } else if (threads < 2) {
        descend_in_box(attacks_.front(), own);
    } else {
        while (attacks_.size() < threads)
            attacks_.emplace_back(query_, seed_of_place(settings_.seed(), attacks_.size()));
        std::atomic<bool> found{false};
        std::mutex mutex;
        work_off(0, threads, threads, limits, [&](std::size_t piece, std::size_t) {
            AttackOptions one = own;
            one.limits = limits.until(found);
            auto confirmation = find_witness(query_, attacks_[piece], box_.lower, box_.upper, one, {}, domains_);
            if (!confirmation) return;
            const std::lock_guard lock(mutex);
            found = true;
            if (!confirmation_) confirmation_ = std::move(confirmation);
        });
    }
    longest_ = std::max(longest_, effort_spent() - begin);
}

/// Sixteen points, and a descent that takes what a glance may take.
void AttackSearch::glance(const Limits& limits) {
    if (const auto all = disjuncts(query_, most_regions)) find_regions(*all);
    const Effort begin = effort_spent();
    AttackOptions points = options(0, limits);
    points.steps = 0;
    points.refinements = 0;
    if (regions_.empty()) descend_in_box(attacks_.front(), points);
    if (confirmation_ || limits.exceeded()) return;
    pass_ = std::max<Effort>(effort_spent() - begin, 1);
    const auto steps = static_cast<std::size_t>(long_glance / (2 * pass_));
    descend(regions_.empty() ? std::clamp(steps, least_steps, all_steps) : all_steps, limits, 1);
}

engine::Progress AttackSearch::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    const Limits limits = turn.limits.without_effort();
    allowed_ = sum(allowed_, turn.limits.effort_left());
    const auto threads = static_cast<std::size_t>(std::max(turn.threads, 1));
    const WorkScope scope(Work::attack);
    bool is_due = ++turns_ <= 2;
    while (!limits.exceeded() && (is_due || sum(spent_, longest_) <= allowed_)) {
        const Effort begin = effort_spent();
        if (turns_ == 1)
            glance(limits);
        else
            descend(all_steps, limits, threads);
        spent_ = sum(spent_, effort_spent() - begin);
        is_due = false;
        if (confirmation_) {
            knowledge.found(std::move(confirmation_->witness), name());
            return engine::Progress::answered;
        }
        if (turns_ == 1) break;
    }
    return engine::Progress::paused;
}

Statistics AttackSearch::statistics() const {
    Statistics all;
    for (const Attack& attack : attacks_) all.add(attack.statistics());
    if (!regions_.empty()) all.add("attack_regions", static_cast<double>(regions_.size()));
    return all;
}

}  // namespace sinew::search
