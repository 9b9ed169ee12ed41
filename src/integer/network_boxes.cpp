// SPDX-License-Identifier: Apache-2.0
#include "integer/network_boxes.hpp"

#include <algorithm>
#include <cmath>

#include "base/effort.hpp"
#include "base/error.hpp"
#include "bounds/clip.hpp"

namespace sinew::integer {

namespace {
/// Sums that stay below it are exact in doubles.
constexpr double exact_limit = 0x1p52;
/// Lines that are combined: the linear program is dense.
constexpr std::size_t most_lines = 48;
/// Rows with more variables outside of the network than this say little over a box of its inputs.
constexpr std::size_t most_others = 4;
constexpr std::size_t no_row = ~std::size_t{0};
constexpr std::uint64_t first_conflicts = 50;
/// The oracle's effort for whole boxes beside the search's own.
constexpr double first_share = 0.25;
constexpr double least_share = 0.02;
constexpr double most_share = 2;

double product_size(std::span<const RowTerm> terms, std::span<const Range> bounds) {
    double size = 0;
    for (const RowTerm& term : terms) {
        const Range& range = bounds[term.view.variable().index()];
        size += static_cast<double>(term.coefficient) *
                std::max(std::fabs(static_cast<double>(range.lower)), std::fabs(static_cast<double>(range.upper)));
    }
    return size;
}

std::vector<RelaxedNeuron> those_that_fit(std::vector<RelaxedNeuron> neurons, std::span<const Range> bounds) {
    std::erase_if(neurons, [&](const RelaxedNeuron& neuron) {
        return !(product_size(neuron.terms, bounds) < exact_limit) || abs(neuron.lines.function().height()) > 1L << 40;
    });
    return neurons;
}
}  // namespace

NetworkBoxes::NetworkBoxes(BoxProblem problem, std::span<const Range> bounds, double few_points)
    : source_(those_that_fit(std::move(problem.neurons), bounds)),
      real_(source_),
      bounds_(real_.network()),
      influence_(real_.network()),
      objective_(problem.objective),
      few_points_(few_points) {
    slots_ = real_.integers();
    integer_count_ = slots_.size();
    for (const RealNeuron& neuron : real_.neurons()) slots_.push_back(source_[neuron.source].output);
    const auto add_slot = [&](IntVar variable) {
        if (std::find(slots_.begin(), slots_.end(), variable) == slots_.end()) slots_.push_back(variable);
    };
    if (objective_) add_slot(objective_->variable());
    for (const BoxProblem::Row& row : problem.rows) {
        const auto others = std::count_if(row.terms.begin(), row.terms.end(), [&](const RowTerm& term) {
            return !real_.variable_of(term.view.variable());
        });
        if (static_cast<std::size_t>(others) <= most_others)
            for (const RowTerm& term : row.terms) add_slot(term.view.variable());
    }
    for (const IntVar variable : slots_) {
        const Range& range = bounds[variable.index()];
        root_lower_.push_back(static_cast<double>(range.lower));
        root_upper_.push_back(static_cast<double>(range.upper));
    }
    std::vector<Interval> inputs;
    for (std::size_t i = 0; i < integer_count_; ++i) inputs.push_back({root_lower_[i], root_upper_[i]});
    for (const double error : real_.errors()) inputs.push_back({-error, error});
    root_state_ = bounds_.start(inputs);
    add_rows(problem);
    box_.resize(2 * slots_.size());
    line_.resize(integer_count_);
    score_.resize(inputs.size());
    allowed_.assign(real_.neurons().size(), {0, -1, {}});
    for (std::size_t v = 0; v < bounds.size() && !has_others_; ++v)
        has_others_ = bounds[v].lower < bounds[v].upper && slot_of(IntVar(v)) == slots_.size();
    useful_ = !demanded_.empty() || !mixed_.empty();
}

std::uint32_t NetworkBoxes::slot_of(IntVar variable) const {
    return static_cast<std::uint32_t>(std::find(slots_.begin(), slots_.end(), variable) - slots_.begin());
}

std::vector<BoxRows::Entry> NetworkBoxes::entries_of(std::span<const RowTerm> terms) const {
    std::vector<BoxRows::Entry> entries;
    for (const RowTerm& term : terms) {
        const auto coefficient = static_cast<double>(term.coefficient);
        entries.push_back({slot_of(term.view.variable()), term.view.negative() ? -coefficient : coefficient});
    }
    return entries;
}

void NetworkBoxes::add_rows(const BoxProblem& problem) {
    const std::size_t outputs_end = integer_count_ + real_.neurons().size();
    std::vector<std::uint8_t> is_demanded(slots_.size(), 0);
    if (objective_) is_demanded[slot_of(objective_->variable())] = 1;
    for (const BoxProblem::Row& row : problem.rows) {
        const std::vector<BoxRows::Entry> entries = entries_of(row.terms);
        const bool is_known = std::all_of(entries.begin(), entries.end(),
                                          [&](const BoxRows::Entry& entry) { return entry.slot < slots_.size(); });
        if (!is_known || std::abs(row.right) > (Value{1} << 52) ||
            !rows_.add(entries, static_cast<double>(row.right), root_lower_, root_upper_))
            continue;
        std::size_t in_network = 0;
        bool has_output = false;
        bounds::Row line;
        for (const BoxRows::Entry& entry : entries) {
            if (entry.slot >= outputs_end) continue;
            ++in_network;
            if (entry.slot >= integer_count_) {
                has_output = true;
                is_demanded[entry.slot] = 1;
            }
            line.terms.emplace_back(*real_.variable_of(slots_[entry.slot]), entry.coefficient);
        }
        if (in_network < 2) continue;
        if (has_output)
            mixed_.push_back({std::move(line), rows_.size() - 1});
        else
            plain_.push_back(rows_.size() - 1);
    }
    readers_.resize(integer_count_);
    for (std::size_t j = 0; j < real_.neurons().size(); ++j) {
        const RealNeuron& neuron = real_.neurons()[j];
        const std::size_t slot = integer_count_ + j;
        const Interval image = neuron.value_for(root_state_.at(std::size_t{neuron.activation}));
        // Bounds that the inputs' box does not imply.
        if (is_demanded[slot] != 0)
            demanded_.push_back(j);
        else if (root_lower_[slot] > std::ceil(image.lower) + 1 || root_upper_[slot] < std::floor(image.upper) - 1)
            restricted_.push_back(j);
        outputs_read_.emplace_back();
        for (const BoxRows::Entry& entry : entries_of(source_[neuron.source].terms)) {
            if (entry.slot < integer_count_)
                readers_[entry.slot].push_back({static_cast<std::uint32_t>(j), entry.coefficient});
            else
                outputs_read_.back().push_back(entry);
        }
        bounds::Row row;
        row.terms.emplace_back(neuron.argument, 1.0);
        argument_rows_.push_back(row);
        row.terms.front().second = -1.0;
        argument_rows_.push_back(std::move(row));
    }
}

void NetworkBoxes::begin(std::span<const Range> bounds, std::optional<Value> target) {
    target_ = target;
    stack_.clear();
    unsettled_.clear();
    conflicts_ = first_conflicts;
    oracle_share_ = first_share;
    own_effort_ = oracle_effort_ = 0;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        lower()[i] = std::max(root_lower_[i], static_cast<double>(bounds[slots_[i].index()].lower));
        upper()[i] = std::min(root_upper_[i], static_cast<double>(bounds[slots_[i].index()].upper));
    }
    push();
}

void NetworkBoxes::push() {
    stack_.insert(stack_.end(), box_.begin(), box_.end());
}

void NetworkBoxes::pop() {
    std::copy(stack_.end() - static_cast<std::ptrdiff_t>(box_.size()), stack_.end(), box_.begin());
    stack_.resize(stack_.size() - box_.size());
}

/// The objective's target, on the box. False: out of reach.
bool NetworkBoxes::aim() {
    if (!objective_ || !target_) return true;
    const std::uint32_t slot = slot_of(objective_->variable());
    const auto target = static_cast<double>(*target_);
    if (objective_->negative())
        lower()[slot] = std::max(lower()[slot], -target);
    else
        upper()[slot] = std::min(upper()[slot], target);
    return lower()[slot] <= upper()[slot];
}

/// What the box of its output leaves the neuron's argument. False: nothing.
bool NetworkBoxes::allow(std::size_t neuron) {
    const std::size_t slot = integer_count_ + neuron;
    if (allowed_[neuron].low == lower()[slot] && allowed_[neuron].high == upper()[slot]) return true;
    const RealNeuron& real = real_.neurons()[neuron];
    const Range sums =
        source_[real.source].lines.sums({static_cast<Value>(lower()[slot]), static_cast<Value>(upper()[slot])});
    if (sums.lower > sums.upper) return false;
    allowed_[neuron] = {lower()[slot], upper()[slot], real.argument_for(sums)};
    return true;
}

/// What the box leaves the neurons' arguments and outputs, forward. False: nothing.
bool NetworkBoxes::enter_arguments() {
    state_ = root_state_;
    const std::vector<Variable>& inputs = bounds_.inputs();
    for (std::size_t i = 0; i < integer_count_; ++i) {
        state_.lower[inputs[i].index()] = lower()[i];
        state_.upper[inputs[i].index()] = upper()[i];
    }
    const auto enter = [&](std::size_t j) {
        const RealNeuron& neuron = real_.neurons()[j];
        if (!allow(j)) return false;
        state_.lower[neuron.argument] = std::max(state_.lower[neuron.argument], allowed_[j].argument.lower);
        state_.upper[neuron.argument] = std::min(state_.upper[neuron.argument], allowed_[j].argument.upper);
        return true;
    };
    return std::all_of(demanded_.begin(), demanded_.end(), enter) &&
           std::all_of(restricted_.begin(), restricted_.end(), enter) && bounds_.tighten(state_);
}

/// What the arguments' bounds leave the outputs. False: nothing.
bool NetworkBoxes::leave_values() {
    for (std::size_t j = 0; j < real_.neurons().size(); ++j) {
        const RealNeuron& neuron = real_.neurons()[j];
        const std::size_t slot = integer_count_ + j;
        const Interval activation = state_.at(std::size_t{neuron.activation});
        const Interval value = neuron.value_for(activation);
        lower()[slot] = std::max(lower()[slot], std::ceil(value.lower));
        upper()[slot] = std::min(upper()[slot], std::floor(value.upper));
        if (!(lower()[slot] <= upper()[slot])) return false;
        // Where few outputs are left, rounding is known better than by a half: of saturated neurons for example.
        const Interval error = Interval{lower()[slot], upper()[slot]} - Interval::point(neuron.height) * activation;
        const std::size_t input = bounds_.inputs()[integer_count_ + j].index();
        state_.lower[input] = std::max(-neuron.error, error.lower);
        state_.upper[input] = std::min(neuron.error, error.upper);
        if (!(state_.lower[input] <= state_.upper[input])) return false;
    }
    return true;
}

/// Σ coefficient·integer + constant <= 0, if it can fail in the box at all.
void NetworkBoxes::add_line(std::span<const double> coefficients, double constant) {
    double most = constant;
    for (std::size_t i = 0; i < integer_count_; ++i)
        most += coefficients[i] * (coefficients[i] > 0 ? upper()[i] : lower()[i]);
    if (!(most > 0) || joint_.row_count() >= most_lines) return;
    (void)joint_.add(coefficients, constant);
}

/// Lines of the rows, those over integers alone as they are, the others by the neurons' lines. False: one refutes the
/// box.
bool NetworkBoxes::add_bounded_lines() {
    const auto with_others = [&](std::size_t row, std::size_t first_other) {
        double constant = -rows_.right(row);
        for (const BoxRows::Entry& entry : rows_.entries(row))
            if (entry.slot >= first_other)
                constant += entry.coefficient * (entry.coefficient > 0 ? lower()[entry.slot] : upper()[entry.slot]);
        return constant;
    };
    wanted_.clear();
    wanted_constants_.clear();
    const auto want = [&](const bounds::Row& row, double constant) {
        if (wanted_.size() >= most_lines || !std::isfinite(constant)) return;
        wanted_constants_.push_back({constant, wanted_.size()});
        wanted_.push_back(&row);
    };
    for (const std::size_t j : demanded_) {
        const RealNeuron& neuron = real_.neurons()[j];
        if (!allow(j)) return false;
        const Interval all = root_state_.at(std::size_t{neuron.argument});
        if (allowed_[j].argument.upper < all.upper) want(argument_rows_[2 * j], -allowed_[j].argument.upper);
        if (allowed_[j].argument.lower > all.lower) want(argument_rows_[2 * j + 1], allowed_[j].argument.lower);
    }
    const std::size_t outputs_end = integer_count_ + real_.neurons().size();
    for (const Line& line : mixed_)
        if (rows_.most(line.source, lower(), upper()) > rows_.right(line.source))
            want(line.row, with_others(line.source, outputs_end));

    joint_.begin(integer_count_);
    joint_row_.clear();
    if (!wanted_.empty()) {
        bounds_.lower_bounds(state_, wanted_, row_bounds_);
        for (const auto& [constant, row] : wanted_constants_) {
            if (add_down(row_bounds_.value[row], constant) > 0) return false;
            const std::span<const double> coefficients = row_bounds_.coefficients_of(row);
            double rest = add_down(row_bounds_.constant[row], constant);
            for (std::size_t e = integer_count_; e < coefficients.size(); ++e) {
                if (coefficients[e] == 0) continue;
                const Interval error = state_.at(bounds_.inputs()[e]);
                rest = add_down(rest, mul_down(coefficients[e], coefficients[e] > 0 ? error.lower : error.upper));
            }
            const std::size_t before = joint_.row_count();
            add_line(coefficients.first(integer_count_), rest);
            if (joint_.row_count() > before) joint_row_.push_back(row);
        }
    }
    for (const std::size_t row : plain_) {
        std::fill(line_.begin(), line_.end(), 0.0);
        for (const BoxRows::Entry& entry : rows_.entries(row))
            if (entry.slot < integer_count_) line_[entry.slot] = entry.coefficient;
        const std::size_t before = joint_.row_count();
        add_line(line_, with_others(row, outputs_end));
        if (joint_.row_count() > before) joint_row_.push_back(no_row);
    }
    return true;
}

/// Cuts the box by all lines. False: nothing is left.
bool NetworkBoxes::combine() {
    const std::span<double> low = lower().first(integer_count_);
    const std::span<double> high = upper().first(integer_count_);
    const auto round = [&] {
        for (std::size_t i = 0; i < integer_count_; ++i) {
            low[i] = std::ceil(low[i]);
            high[i] = std::floor(high[i]);
            if (!(low[i] <= high[i])) return false;
        }
        return true;
    };
    weights_.assign(wanted_.size(), 0.0);
    if (joint_.row_count() == 0) return true;
    const bool possible = joint_.combine(low, high);
    for (std::size_t l = 0; l < joint_.row_count(); ++l)
        if (joint_row_[l] != no_row) weights_[joint_row_[l]] = joint_.multipliers()[l];
    return possible && round();
}

NetworkBoxes::Fate NetworkBoxes::evaluate() {
    ++nodes_;
    const std::uint64_t before = bounds_.multiply_adds();
    const bool possible = aim() && rows_.propagate(lower(), upper()) && enter_arguments() && leave_values() &&
                          rows_.propagate(lower(), upper()) && add_bounded_lines() && combine();
    const Effort effort = 200 + (bounds_.multiply_adds() - before) / 8 + 4 * joint_.row_count() * integer_count_;
    own_effort_ += static_cast<double>(effort);
    spend(effort);
    return possible ? Fate::open : Fate::refuted;
}

std::optional<std::size_t> NetworkBoxes::split_slot() {
    std::fill(score_.begin(), score_.end(), 0.0);
    std::optional<std::size_t> best;
    double most = 0;
    if (!wanted_.empty() && influence_.score(bounds_, state_, weights_, score_))
        for (std::size_t i = 0; i < integer_count_; ++i)
            if (lower()[i] < upper()[i] && score_[i] > most) {
                most = score_[i];
                best = i;
            }
    if (best) return best;
    for (std::size_t i = 0; i < integer_count_; ++i)
        if (upper()[i] - lower()[i] > most) {
            most = upper()[i] - lower()[i];
            best = i;
        }
    return best;
}

void NetworkBoxes::split(std::size_t slot) {
    const double low = lower()[slot];
    const double high = upper()[slot];
    const double middle = std::floor(low + (high - low) / 2);
    lower()[slot] = middle + 1;
    push();
    lower()[slot] = low;
    upper()[slot] = middle;
    push();
}

double NetworkBoxes::points() const {
    double count = 1;
    for (std::size_t i = 0; i < integer_count_; ++i) count *= box_[slots_.size() + i] - box_[i] + 1;
    return count;
}

/// Asks the oracle about the node's box of the network's integers.
Answer NetworkBoxes::ask(const Oracle& oracle) {
    ++asked_;
    const Effort before = effort_spent();
    std::vector<Bound> box;
    for (std::size_t i = 0; i < integer_count_; ++i) {
        if (lower()[i] > root_lower_[i]) box.push_back(at_least(slots_[i], static_cast<Value>(lower()[i])));
        if (upper()[i] < root_upper_[i]) box.push_back(at_most(slots_[i], static_cast<Value>(upper()[i])));
    }
    const Answer answer = oracle(box, conflicts_);
    if (answer != Answer::unknown) ++settled_;
    oracle_effort_ += static_cast<double>(effort_spent() - before);
    return answer;
}

Answer NetworkBoxes::advance(const Limits& limits, const Oracle& oracle) {
    for (;;) {
        if (limits.exceeded()) return Answer::unknown;
        if (stack_.empty()) {
            if (unsettled_.empty()) return Answer::unsat;
            stack_.swap(unsettled_);
            conflicts_ *= 4;
        }
        pop();
        if (evaluate() == Fate::refuted) continue;
        if (has_others_ && may_ask()) {
            const Answer answer = ask(oracle);
            if (answer == Answer::sat) return answer;
            oracle_share_ = answer == Answer::unsat ? std::min(most_share, oracle_share_ * 1.5)
                                                    : std::max(least_share, oracle_share_ * 0.9);
            if (answer == Answer::unsat) continue;
        }
        if (points() <= few_points_) {
            if (decide_points(oracle) == Answer::sat) return Answer::sat;
            continue;
        }
        split(*split_slot());
    }
}

Statistics NetworkBoxes::statistics() const {
    Statistics statistics;
    statistics.add("network_boxes", static_cast<double>(nodes_));
    statistics.add("network_box_points", static_cast<double>(points_));
    statistics.add("network_box_questions", static_cast<double>(asked_));
    statistics.add("network_box_questions_settled", static_cast<double>(settled_));
    return statistics;
}

}  // namespace sinew::integer
