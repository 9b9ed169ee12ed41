// SPDX-License-Identifier: Apache-2.0
#include "integer/network_relaxation.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/infinity.hpp"

namespace sinew::integer {

namespace {
using Wide = LinearRows::Wide;
using linear::LpEntry;
using linear::LpStatus;

/// Sums of a cut stay below 2^this; so does each of their parts.
constexpr int network_cut_bits = 110;

/// At least 1, so that coefficients count for themselves too.
double scale_of(const Domains& domains, View view) {
    return std::max({1.0, std::fabs(static_cast<double>(domains.root_lower(view))),
                     std::fabs(static_cast<double>(domains.root_upper(view)))});
}

/// multiplier·2^bits to the nearest integer.
Wide scaled_multiplier(double multiplier, int bits) {
    return static_cast<Wide>(std::nearbyint(std::ldexp(multiplier, bits)));
}
}  // namespace

void NetworkRelaxation::add_neuron(RelaxedNeuron neuron) {
    require(!built_, "a relaxation is complete before it is solved");
    Relaxed relaxed{.neuron = std::move(neuron), .line = {}};
    neurons_.push_back(std::move(relaxed));
}

void NetworkRelaxation::add_row(std::vector<RowTerm> terms, Value right) {
    require(!built_, "a relaxation is complete before it is solved");
    rows_.push_back({std::move(terms), right, 0});
}

std::size_t NetworkRelaxation::column(const Domains& domains, IntVar variable) {
    const auto [at, is_new] = column_of_.try_emplace(variable.index(), variables_.size());
    if (is_new) {
        variables_.push_back(variable);
        lp_.add_column(static_cast<double>(domains.lower(variable)), static_cast<double>(domains.upper(variable)));
    }
    return at->second;
}

void NetworkRelaxation::build(const Domains& domains) {
    built_ = true;
    for (const Relaxed& relaxed : neurons_) {
        for (const RowTerm& term : relaxed.neuron.terms) column(domains, term.view.variable());
        column(domains, relaxed.neuron.output);
    }
    for (const Row& row : rows_)
        for (const RowTerm& term : row.terms) column(domains, term.view.variable());

    std::vector<LpEntry> entries;
    const auto add_terms = [&](std::span<const RowTerm> terms, double factor) {
        for (const RowTerm& term : terms)
            entries.push_back({column(domains, term.view.variable()),
                               (term.view.negative() ? -factor : factor) * static_cast<double>(term.coefficient)});
    };
    for (Row& row : rows_) {
        entries.clear();
        add_terms(row.terms, 1);
        row.row = lp_.add_row(entries, -infinity, static_cast<double>(row.right));
    }
    for (Relaxed& relaxed : neurons_) {
        const Range& sums = relaxed.neuron.sums;
        const double width = static_cast<double>(sums.upper) - static_cast<double>(sums.lower);
        const double outputs = static_cast<double>(domains.upper(relaxed.neuron.output)) -
                               static_cast<double>(domains.lower(relaxed.neuron.output));
        relaxed.scale = std::exp2(std::round(std::log2(std::max(1.0, width) / std::max(1.0, outputs))));
        relaxed.sum_column = lp_.add_column(-infinity, infinity);
        entries.clear();
        add_terms(relaxed.neuron.terms, -1 / relaxed.scale);
        entries.push_back({relaxed.sum_column, 1});
        lp_.add_row(entries, 0, 0);
        relaxed.first_row = lp_.row_count();
        for (std::size_t i = 0; i < 2 * lines_a_side; ++i) lp_.add_row({}, -infinity, infinity);
    }
    coefficients_.resize(variables_.size());
}

void NetworkRelaxation::set_line(Relaxed& relaxed, std::size_t side, std::size_t slot, const NeuronLines::Line& line) {
    relaxed.line[side][slot] = line;
    const double multiplier = std::fabs(static_cast<double>(line.output));
    const LpEntry entries[] = {{column_of_.at(relaxed.neuron.output.index()), line.output > 0 ? 1.0 : -1.0},
                               {relaxed.sum_column, static_cast<double>(line.sum) / multiplier * relaxed.scale}};
    lp_.set_row(relaxed.first_row + side * lines_a_side + slot, entries, -infinity,
                static_cast<double>(line.right) / multiplier);
}

/// New lines for the outputs' range: at the last solution, and in the middle of the range.
void NetworkRelaxation::renew(Relaxed& relaxed, double at) {
    NeuronLines& lines = relaxed.neuron.lines;
    const Range sums = lines.sums(relaxed.outputs);
    relaxed.open = relaxed.outputs.lower < relaxed.outputs.upper && sums.lower <= sums.upper;
    if (sums.lower <= sums.upper)
        lp_.set_column_bounds(relaxed.sum_column, static_cast<double>(sums.lower) / relaxed.scale,
                              static_cast<double>(sums.upper) / relaxed.scale);
    if (!relaxed.open) {
        for (std::size_t i = 0; i < 2 * lines_a_side; ++i)
            lp_.set_row_bounds(relaxed.first_row + i, -infinity, infinity);
        return;
    }
    const double middle = (static_cast<double>(sums.lower) + static_cast<double>(sums.upper)) / 2;
    for (const std::size_t side : {0U, 1U}) {
        const auto which = static_cast<NeuronLines::Side>(side);
        set_line(relaxed, side, 0, lines.line(which, relaxed.outputs, at));
        set_line(relaxed, side, 1, lines.line(which, relaxed.outputs, middle));
    }
}

void NetworkRelaxation::update(const Domains& domains) {
    for (std::size_t c = 0; c < variables_.size(); ++c)
        lp_.set_column_bounds(c, static_cast<double>(domains.lower(variables_[c])),
                              static_cast<double>(domains.upper(variables_[c])));
    const bool known = has_solution_ && lp_.has_answer();
    std::vector<double> at(neurons_.size());
    for (std::size_t j = 0; j < neurons_.size(); ++j)
        if (known) at[j] = lp_.column_value(neurons_[j].sum_column) * neurons_[j].scale;
    for (std::size_t j = 0; j < neurons_.size(); ++j) {
        Relaxed& relaxed = neurons_[j];
        const Range outputs{domains.lower(relaxed.neuron.output), domains.upper(relaxed.neuron.output)};
        if (outputs.lower == relaxed.outputs.lower && outputs.upper == relaxed.outputs.upper) continue;
        relaxed.outputs = outputs;
        const Range sums = relaxed.neuron.lines.sums(outputs);
        const double low = static_cast<double>(sums.lower);
        const double high = static_cast<double>(sums.upper);
        renew(relaxed, known && low <= high ? std::clamp(at[j], low, high) : (low + high) / 2);
    }
}

/// Replaces lines that are slack at the solution by lines there. False: nothing to gain.
bool NetworkRelaxation::cut_at_solution() {
    if (!lp_.has_answer()) return false;
    struct Wanted {
        Relaxed* relaxed;
        std::size_t side;
        double at;
        std::size_t slot;
    };
    std::vector<Wanted> wanted;
    for (Relaxed& relaxed : neurons_) {
        if (!relaxed.open) continue;
        const double at = lp_.column_value(relaxed.sum_column) * relaxed.scale;
        const double output = lp_.column_value(column_of_.at(relaxed.neuron.output.index()));
        const double curve = relaxed.neuron.lines.approximate(at);
        if (std::fabs(output - curve) < 1) continue;
        const std::size_t side = output > curve ? 0 : 1;
        // The line that binds stays; the other one goes.
        std::size_t slack_slot = 0;
        double most_slack = -infinity;
        for (std::size_t slot = 0; slot < lines_a_side; ++slot) {
            const NeuronLines::Line& line = relaxed.line[side][slot];
            const double slack = (static_cast<double>(line.right) - static_cast<double>(line.output) * output -
                                  static_cast<double>(line.sum) * at) /
                                 std::fabs(static_cast<double>(line.output));
            if (slack > most_slack) {
                most_slack = slack;
                slack_slot = slot;
            }
        }
        wanted.push_back({&relaxed, side, at, slack_slot});
    }
    bool changed = false;
    for (const Wanted& want : wanted) {
        const auto which = static_cast<NeuronLines::Side>(want.side);
        const NeuronLines::Line line = want.relaxed->neuron.lines.line(which, want.relaxed->outputs, want.at);
        const auto& old = want.relaxed->line[want.side];
        if (std::any_of(std::begin(old), std::end(old), [&](const NeuronLines::Line& l) { return l == line; }))
            continue;
        set_line(*want.relaxed, want.side, want.slot, line);
        changed = true;
    }
    return changed;
}

LpStatus NetworkRelaxation::run(std::optional<View> objective) {
    linear::LpLimits limits;
    limits.limits = limits_;
    limits.iterations = 5'000;
    LpStatus status = LpStatus::failed;
    if (objective) {
        const LpEntry entry{column_of_.at(objective->variable().index()), objective->negative() ? -1.0 : 1.0};
        status = lp_.minimize({&entry, 1}, limits);
    } else {
        status = lp_.solve(limits);
    }
    has_solution_ = status == LpStatus::optimal || status == LpStatus::feasible;
    return status;
}

std::optional<NetworkCut> NetworkRelaxation::solve(const Domains& domains, std::optional<View> objective, int rounds) {
    if (!built_) build(domains);
    if (objective && !column_of_.contains(objective->variable().index())) return std::nullopt;
    update(domains);
    LpStatus status = run(objective);
    for (int round = 1; round < rounds && status == LpStatus::optimal && cut_at_solution(); ++round)
        status = run(objective);
    if (status != LpStatus::optimal && status != LpStatus::infeasible) return std::nullopt;
    return sum_up(domains, shares(status));
}

/// The rows that the answer weighs, in the units of integers.
std::vector<NetworkRelaxation::Share> NetworkRelaxation::shares(LpStatus status) {
    std::vector<double> row(lp_.row_count(), 0.0);
    std::vector<double> sum(lp_.column_count(), 0.0);
    if (status == LpStatus::infeasible) {
        for (const linear::LpMultiplier& m : lp_.ray()) (m.is_row ? row : sum)[m.index] += m.multiplier;
    } else {
        for (std::size_t i = 0; i < row.size(); ++i) row[i] = lp_.row_dual(i);
        for (const Relaxed& relaxed : neurons_) sum[relaxed.sum_column] = lp_.column_dual(relaxed.sum_column);
    }
    std::vector<Share> result;
    for (const Row& r : rows_)
        if (row[r.row] < 0) result.push_back({-row[r.row], &r, {}});
    for (std::size_t j = 0; j < neurons_.size(); ++j) {
        const Relaxed& relaxed = neurons_[j];
        const double weight = sum[relaxed.sum_column] / relaxed.scale;
        const Range sums = neurons_[j].neuron.lines.sums(relaxed.outputs);
        if (weight > 0)
            result.push_back({weight, nullptr, {j, {0, -1, -static_cast<Wide>(sums.lower)}, relaxed.outputs, 0}});
        if (weight < 0) result.push_back({-weight, nullptr, {j, {0, 1, sums.upper}, relaxed.outputs, 0}});
        if (!relaxed.open) continue;
        for (const std::size_t side : {0U, 1U})
            for (std::size_t slot = 0; slot < lines_a_side; ++slot) {
                const double dual = row[relaxed.first_row + side * lines_a_side + slot];
                const NeuronLines::Line& line = relaxed.line[side][slot];
                if (dual < 0)
                    result.push_back(
                        {-dual / std::fabs(static_cast<double>(line.output)), nullptr, {j, line, relaxed.outputs, 0}});
            }
    }
    return result;
}

std::optional<NetworkCut> NetworkRelaxation::sum_up(const Domains& domains, std::vector<Share> shares) {
    // How large each share's row can get, and what they amount to together.
    const auto size_of = [&](std::span<const RowTerm> terms) {
        double size = 0;
        for (const RowTerm& term : terms) size += static_cast<double>(term.coefficient) * scale_of(domains, term.view);
        return size;
    };
    double total = 0;
    double largest = 0;
    for (const Share& share : shares) {
        double size = 1;
        if (share.row != nullptr) {
            size += size_of(share.row->terms) + std::fabs(static_cast<double>(share.row->right));
        } else {
            const Relaxed& relaxed = neurons_[share.used.neuron];
            const NeuronLines::Line& line = share.used.line;
            // Lines may be moved later, as far as all sums that there ever were.
            const Range& sums = relaxed.neuron.sums;
            const double sum = std::max({size_of(relaxed.neuron.terms), std::fabs(static_cast<double>(sums.lower)),
                                         std::fabs(static_cast<double>(sums.upper))});
            size += 2 * (std::fabs(static_cast<double>(line.sum)) * sum +
                         std::fabs(static_cast<double>(line.output)) * scale_of(domains, View(relaxed.neuron.output))) +
                    std::fabs(static_cast<double>(line.right));
        }
        total += share.multiplier * size;
        largest += size;
    }
    if (!(total > 0) || !std::isfinite(total)) return std::nullopt;
    const int bits = network_cut_bits - 4 - std::ilogb(total);
    // Rounding a multiplier adds up to half of its row.
    if (largest > std::ldexp(1.0, network_cut_bits - 4)) return std::nullopt;

    NetworkCut cut;
    std::fill(coefficients_.begin(), coefficients_.end(), 0);
    const auto add = [&](View view, Wide coefficient) {
        coefficients_[column_of_.at(view.variable().index())] += view.negative() ? -coefficient : coefficient;
    };
    for (Share& share : shares) {
        const Wide multiplier = scaled_multiplier(share.multiplier, bits);
        if (multiplier <= 0) continue;
        if (share.row != nullptr) {
            for (const RowTerm& term : share.row->terms) add(term.view, multiplier * term.coefficient);
            cut.right += multiplier * share.row->right;
            continue;
        }
        const RelaxedNeuron& neuron = neurons_[share.used.neuron].neuron;
        const NeuronLines::Line& line = share.used.line;
        add(View(neuron.output), multiplier * line.output);
        for (const RowTerm& term : neuron.terms) add(term.view, multiplier * line.sum * term.coefficient);
        cut.right += multiplier * line.right;
        share.used.multiplier = multiplier;
        cut.lines.push_back(share.used);
    }
    for (std::size_t c = 0; c < coefficients_.size(); ++c) {
        const Wide coefficient = coefficients_[c];
        if (coefficient != 0)
            cut.terms.push_back({View(variables_[c], coefficient < 0), coefficient < 0 ? -coefficient : coefficient});
    }
    return cut;
}

Wide NetworkRelaxation::right_for(const UsedLine& used, Range outputs) {
    NeuronLines& lines = neurons_[used.neuron].neuron.lines;
    if (used.line.output != 0) return lines.moved(used.line, outputs).right;
    const Range sums = lines.sums(outputs);
    return used.line.sum < 0 ? -static_cast<Wide>(sums.lower) : static_cast<Wide>(sums.upper);
}

}  // namespace sinew::integer
