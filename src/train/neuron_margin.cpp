// SPDX-License-Identifier: Apache-2.0
#include "train/neuron_margin.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "base/infinity.hpp"

namespace sinew::train {

namespace {
constexpr double tolerance = 1e-6;
constexpr int most_iterations = 3000;  ///< of one relaxation: the simplex may cycle
__extension__ using Wide = __int128;
}  // namespace

NeuronMargin::NeuronMargin(const Problem& problem, const Columns& columns)
    : columns_(columns), zero_weights_(problem.architecture.zero_weights), is_example_(columns.count, false) {
    std::vector<std::uint32_t> parent(columns.count);
    std::iota(parent.begin(), parent.end(), 0U);
    const auto find = [&](std::uint32_t c) {
        while (parent[c] != c) c = parent[c] = parent[parent[c]];
        return c;
    };
    for (const Columns::Guard& guard : columns.guards) {
        std::size_t all = 0;
        for (const auto& watch : guard.watches) all += watch.weight;
        if (!guard.first_layer || guard.needed < all) continue;
        for (const auto& watch : guard.watches)
            for (const std::uint32_t other : watch.same) parent[find(other)] = find(watch.own);
    }
    class_of_.assign(columns.count, Columns::none);
    for (std::uint32_t c = 0; c < columns.count; ++c) {
        const std::uint32_t top = find(c);
        if (class_of_[top] == Columns::none) {
            class_of_[top] = static_cast<std::uint32_t>(members_.size());
            members_.emplace_back();
        }
        class_of_[c] = class_of_[top];
        members_[class_of_[c]].push_back(c);
    }
    for (const std::uint32_t c : columns.example_columns) is_example_[c] = true;
    std::int64_t reach = 1;
    for (std::uint32_t c = 0; c < columns.count; ++c) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < columns.features; ++i)
            sum += std::max(std::abs(columns.change(i, 1)[c]), std::abs(columns.change(i, -1)[c]));
        reach = std::max(reach, sum);
    }
    lp_.add_column(-static_cast<double>(reach), static_cast<double>(reach));
    for (std::uint32_t i = 0; i < columns.features; ++i) {
        const auto plus = columns.change(i, 1);
        const auto minus = columns.change(i, -1);
        bool odd = true;
        for (std::size_t c = 0; c < plus.size(); ++c) odd = odd && plus[c] == -minus[c];
        if (odd || !zero_weights_) {
            variables_.push_back({i, 0});
            lp_.add_column(-1, 1);
        } else {
            variables_.push_back({i, 1});
            variables_.push_back({i, -1});
            lp_.add_column(0, 1);
            lp_.add_column(0, 1);
        }
    }
    rows_[0].resize(columns.count);
    rows_[1].resize(columns.count);
    installed_ = root(free_task());
    solution_.resize(variables_.size());
}

NeuronTask NeuronMargin::free_task() const {
    NeuronTask task;
    task.sign.assign(columns_.count, 0);
    task.active_cost.assign(columns_.count, 0);
    task.inactive_cost.assign(columns_.count, 0);
    return task;
}

NeuronMargin::State NeuronMargin::root(const NeuronTask& task) const {
    State state;
    state.sign.assign(members_.size(), 0);
    for (std::uint32_t c = 0; c < columns_.count; ++c)
        if (task.sign[c] != 0) state.sign[class_of_[c]] = task.sign[c];
    for (const Variable& variable : variables_) {
        state.lower.push_back(variable.sign == 0 ? -1 : 0);
        state.upper.push_back(1);
    }
    return state;
}

/// Fixes classes whose other activity the budget does not allow; false: the budget is exceeded, or a column's sign is
/// not its class's.
bool NeuronMargin::settle(const NeuronTask& task, State& state) const {
    for (std::uint32_t c = 0; c < columns_.count; ++c)
        if (task.sign[c] != 0 && state.sign[class_of_[c]] != task.sign[c]) return false;
    std::uint64_t spent = 0;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> costs(members_.size());
    for (std::size_t k = 0; k < members_.size(); ++k) {
        for (const std::uint32_t c : members_[k]) {
            costs[k].first += task.inactive_cost[c];
            costs[k].second += task.active_cost[c];
        }
        spent += state.sign[k] > 0   ? costs[k].second
                 : state.sign[k] < 0 ? costs[k].first
                                     : std::min(costs[k].first, costs[k].second);
    }
    if (spent > task.budget) return false;
    for (std::size_t k = 0; k < members_.size(); ++k) {
        const auto [inactive, active] = costs[k];
        if (state.sign[k] != 0 || spent + std::max(inactive, active) - std::min(inactive, active) <= task.budget)
            continue;
        state.sign[k] = active < inactive ? 1 : -1;
    }
    return true;
}

std::vector<linear::LpEntry> NeuronMargin::entries(std::uint32_t column) const {
    std::vector<linear::LpEntry> entries;
    for (std::size_t v = 0; v < variables_.size(); ++v) {
        const std::int32_t coefficient =
            columns_.change(variables_[v].feature, variables_[v].sign < 0 ? -1 : 1)[column];
        if (coefficient != 0) entries.push_back({v + 1, static_cast<double>(coefficient)});
    }
    return entries;
}

/// Makes the row of a column for one activity (±1) hold, or none (0).
void NeuronMargin::set_row(std::uint32_t column, std::int8_t sign) {
    for (const int side : {0, 1}) {
        Row& row = rows_[side][column];
        const bool wanted = sign == (side == 1 ? 1 : -1);
        if (!row.exists && !wanted) continue;
        const double lower = wanted && side == 1 ? 0 : -infinity;
        const double upper = wanted && side == 0 ? 0 : infinity;
        if (row.exists) {
            lp_.set_row_bounds(row.index, lower, upper);
            continue;
        }
        std::vector<linear::LpEntry> all = entries(column);
        if (is_example_[column]) all.push_back({0, side == 1 ? -1.0 : 1.0});
        row = {lp_.add_row(all, lower, upper), true};
    }
}

void NeuronMargin::install(const State& state) {
    for (std::size_t k = 0; k < members_.size(); ++k) {
        if (state.sign[k] == installed_.sign[k]) continue;
        for (const std::uint32_t c : members_[k])
            if (is_example_[c] || rows_[0][c].exists || rows_[1][c].exists) set_row(c, state.sign[k]);
    }
    for (std::size_t v = 0; v < variables_.size(); ++v)
        if (state.lower[v] != installed_.lower[v] || state.upper[v] != installed_.upper[v])
            lp_.set_column_bounds(v + 1, state.lower[v], state.upper[v]);
    installed_ = state;
}

double NeuronMargin::sum_of(std::uint32_t column) const {
    double sum = 0;
    for (std::size_t v = 0; v < variables_.size(); ++v)
        sum += solution_[v] * columns_.change(variables_[v].feature, variables_[v].sign < 0 ? -1 : 1)[column];
    return sum;
}

double NeuronMargin::relaxed_sum(std::uint32_t column) const {
    return sum_of(column);
}

/// Rows of neighbours and ball ends come in when they are violated.
bool NeuronMargin::add_violated(const State& state) {
    bool added = false;
    for (std::size_t k = 0; k < members_.size(); ++k) {
        if (state.sign[k] == 0) continue;
        for (const std::uint32_t c : members_[k]) {
            if (is_example_[c] || rows_[state.sign[k] > 0][c].exists) continue;
            if (sum_of(c) * state.sign[k] >= -tolerance) continue;
            set_row(c, state.sign[k]);
            added = true;
        }
    }
    return added;
}

std::int64_t NeuronMargin::solve_relaxation(const State& state, std::int64_t bound, const Limits& limits) {
    install(state);
    const linear::LpEntry margin{0, 1.0};
    do {
        relaxed_margin_ = -1;
        if (lp_.maximize({&margin, 1}, {limits, most_iterations}) != linear::LpStatus::optimal || !lp_.has_answer()) {
            for (std::size_t v = 0; v < variables_.size(); ++v)  // where all are fixed, the only solution
                solution_[v] = std::clamp(0.0, double(state.lower[v]), double(state.upper[v]));
            return bound;
        }
        relaxed_margin_ = lp_.column_value(0);
        for (std::size_t v = 0; v < variables_.size(); ++v) solution_[v] = lp_.column_value(v + 1);
        bound = std::min(bound, exact_bound(state));
    } while (add_violated(state));
    return bound;
}

/// The bound of the file's head, from the last answer's duals.
std::int64_t NeuronMargin::exact_bound(const State& state) const {
    std::vector<Wide> coefficients(variables_.size(), 0);
    std::int64_t divisor = 0;
    for (std::uint32_t c = 0; c < columns_.count; ++c) {
        const std::int8_t sign = state.sign[class_of_[c]];
        if (sign == 0 || !rows_[sign > 0][c].exists) continue;
        const double dual = std::min(std::abs(lp_.row_dual(rows_[sign > 0][c].index)), 1024.0);
        const std::int64_t multiplier = std::llround(std::ldexp(dual, 22));
        if (multiplier == 0) continue;
        if (is_example_[c]) divisor += multiplier;
        for (std::size_t v = 0; v < variables_.size(); ++v)
            coefficients[v] +=
                Wide{sign * multiplier} * columns_.change(variables_[v].feature, variables_[v].sign < 0 ? -1 : 1)[c];
    }
    if (divisor == 0) return std::numeric_limits<std::int64_t>::max();
    Wide total = 0;
    for (std::size_t v = 0; v < variables_.size(); ++v)
        total += coefficients[v] > 0 ? coefficients[v] * state.upper[v] : coefficients[v] * state.lower[v];
    return total >= 0 ? static_cast<std::int64_t>(total / divisor) : -1;
}

/// The solution rounded: taken where it is a neuron of interest.
void NeuronMargin::try_rounded(const NeuronTask& task, NeuronAnswer& answer) const {
    std::vector<std::int8_t> weights(columns_.features, 0);
    for (std::size_t v = 0; v < variables_.size(); ++v) {
        const double value = variables_[v].sign < 0 ? -solution_[v] : solution_[v];
        std::int8_t& weight = weights[variables_[v].feature];
        weight = static_cast<std::int8_t>(std::clamp<long>(weight + std::lround(value), -1, 1));
    }
    std::vector<std::int64_t> sums(columns_.count, 0);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] == 0 && !zero_weights_) weights[i] = 1;
        if (weights[i] == 0) continue;
        const auto change = columns_.change(i, weights[i]);
        for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += change[c];
    }
    std::int64_t margin = std::numeric_limits<std::int64_t>::max();
    std::uint64_t spent = 0;
    for (std::uint32_t c = 0; c < columns_.count; ++c) {
        const bool active = sums[c] >= 0;
        if (task.sign[c] != 0 && active != (task.sign[c] > 0)) return;
        if (active != (sums[members_[class_of_[c]][0]] >= 0)) return;
        spent += active ? task.active_cost[c] : task.inactive_cost[c];
        if (is_example_[c]) margin = std::min(margin, std::abs(sums[c]));
    }
    if (spent > task.budget || margin <= std::max(task.above, answer.weights.empty() ? -1 : answer.margin)) return;
    answer.weights = std::move(weights);
    answer.margin = margin;
}

/// Children of the node; the more promising one last. False: there is nothing left to decide.
bool NeuronMargin::branch(const NeuronTask& task, const State& state, const Node& node, std::vector<Node>& open) const {
    const auto child = [&](Change change) {
        open.push_back(node);
        open.back().path.push_back(change);
    };
    // A class at which the solution is neither active nor inactive by the margin.
    std::uint32_t chosen = Columns::none;
    double least = infinity;
    double lean = 0;
    for (std::uint32_t k = 0; k < members_.size(); ++k) {
        if (state.sign[k] != 0) continue;
        double low = infinity;
        double high = -infinity;
        bool example = false;
        for (const std::uint32_t c : members_[k]) {
            const double sum = sum_of(c);
            const double need = is_example_[c] ? relaxed_margin_ : 0.0;
            low = std::min(low, sum - need);
            high = std::max(high, sum + need);
            example = example || is_example_[c];
        }
        if (low >= -tolerance || high <= tolerance || !example) continue;
        const double distance = std::abs(low + high);
        if (distance < least) {
            least = distance;
            chosen = k;
            lean = low + high;
        }
    }
    if (chosen != Columns::none) {
        std::int64_t preference = 0;
        for (const std::uint32_t c : members_[chosen])
            preference += std::int64_t{task.inactive_cost[c]} - std::int64_t{task.active_cost[c]};
        const std::int8_t first = preference > 0 || (preference == 0 && lean >= 0) ? 1 : -1;
        child({false, chosen, static_cast<std::int8_t>(-first), 0});
        child({false, chosen, first, 0});
        return true;
    }
    std::size_t variable = variables_.size();
    double most = tolerance;
    for (std::size_t v = 0; v < variables_.size(); ++v) {
        const double fraction =
            zero_weights_ ? std::abs(solution_[v] - std::round(solution_[v])) : 1 - std::abs(solution_[v]);
        if (state.lower[v] < state.upper[v] && fraction > most) {
            most = fraction;
            variable = v;
        }
    }
    for (std::size_t v = 0; variable == variables_.size() && v < variables_.size(); ++v)
        if (state.lower[v] < state.upper[v]) variable = v;
    if (variable == variables_.size()) return false;
    const double value = solution_[variable];
    auto cut = static_cast<std::int8_t>(
        std::clamp(std::floor(value), double(state.lower[variable]), double(state.upper[variable] - 1)));
    if (!zero_weights_) cut = -1;
    const auto index = static_cast<std::uint32_t>(variable);
    const auto above = static_cast<std::int8_t>(zero_weights_ ? cut + 1 : 1);
    const Change down{true, index, state.lower[variable], cut};
    const Change up{true, index, above, state.upper[variable]};
    const bool up_first = value - cut > 0.5;
    child(up_first ? down : up);
    child(up_first ? up : down);
    return true;
}

std::int64_t NeuronMargin::relax(const NeuronTask& task, const Limits& limits) {
    State state = root(task);
    if (!settle(task, state)) return -1;
    return solve_relaxation(state, std::numeric_limits<std::int64_t>::max(), limits);
}

NeuronAnswer NeuronMargin::solve(const NeuronTask& task, std::uint64_t nodes, const Limits& limits) {
    NeuronAnswer answer;
    answer.bound = std::numeric_limits<std::int64_t>::max();
    for (const std::uint32_t c : columns_.example_columns) {
        std::int64_t reach = 0;
        for (std::size_t i = 0; i < columns_.features; ++i) reach += std::abs(columns_.change(i, 1)[c]);
        answer.bound = std::min(answer.bound, reach);
    }
    std::vector<Node> open{{{}, answer.bound}};
    const auto interest = [&] { return std::max(task.above, answer.weights.empty() ? -1 : answer.margin); };
    while (!open.empty() && nodes-- > 0 && !limits.exceeded()) {
        Node node = std::move(open.back());
        open.pop_back();
        if (node.bound <= interest()) continue;
        State state = root(task);
        for (const Change& change : node.path) {
            if (change.is_weight) {
                state.lower[change.index] = change.lower;
                state.upper[change.index] = change.upper;
            } else {
                state.sign[change.index] = change.lower;
            }
        }
        if (!settle(task, state)) continue;
        node.bound = solve_relaxation(state, node.bound, limits);
        try_rounded(task, answer);
        if (node.bound > interest()) branch(task, state, node, open);
    }
    answer.bound = interest();
    for (const Node& node : open) answer.bound = std::max(answer.bound, node.bound);
    answer.finished = answer.bound == interest();
    return answer;
}

}  // namespace sinew::train
