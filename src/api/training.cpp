// SPDX-License-Identifier: Apache-2.0
// Training, put to train/.
#include "train/training.hpp"

#include <algorithm>
#include <chrono>
#include <new>

#include <fmt/core.h>
#include <sinew/training.hpp>

#include "api/binarized_data.hpp"
#include "api/condition.hpp"
#include "api/settings.hpp"
#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/processors.hpp"
#include "train/demands.hpp"
#include "train/prepare.hpp"
#include "train/split.hpp"
#include "train/to_network.hpp"

namespace sinew {

namespace {
constexpr const char* label_column = "label";

train::Encoding encoding_of(const std::string& name) {
    using train::Encoding;
    if (name == "auto") return Encoding::automatic;
    if (name == "raw") return Encoding::raw;
    if (name == "scale") return Encoding::scaled;
    if (name == "centre") return Encoding::centred;
    if (name == "thermometer") return Encoding::thermometer;
    if (name == "one-hot") return Encoding::one_hot;
    throw UsageError(
        fmt::format("numbers are encoded as auto, raw, scale, centre, thermometer or one-hot, not '{}'", name));
}

train::Missing missing_of(const std::string& name) {
    if (name == "fill") return train::Missing::fill;
    if (name == "drop") return train::Missing::drop;
    if (name == "error") return train::Missing::refuse;
    throw UsageError(fmt::format("missing values are fill, drop or error, not '{}'", name));
}

train::Objective objective_of(TrainingObjective objective) {
    switch (objective) {
        case TrainingObjective::min_weight:
            return train::Objective::min_weight;
        case TrainingObjective::max_margin:
            return train::Objective::max_margin;
        case TrainingObjective::max_accuracy:
            return train::Objective::max_accuracy;
    }
    throw UsageError("there is no such objective");
}

Rational share_of(const Rational& share) {
    const Rational exact = lowest(share);
    if (exact < 0 || exact > 1) throw UsageError("a share is from 0 to 1, not " + exact.get_str());
    return exact;
}

model::TextTable table_of(const std::vector<std::vector<std::string>>& rows, const std::vector<std::string>& labels,
                          std::vector<std::string> columns) {
    if (rows.empty()) throw UsageError("there is nothing to learn from: no rows");
    if (rows.size() != labels.size())
        throw UsageError(fmt::format("{} rows have {} labels", rows.size(), labels.size()));
    if (columns.empty())
        for (std::size_t c = 0; c < rows.front().size(); ++c) columns.push_back(fmt::format("x{}", c));
    for (const std::string& name : columns)
        if (std::ranges::count(columns, name) > 1 || name == label_column)
            throw UsageError(fmt::format("two columns are called '{}'", name));
    model::TextTable table;
    table.file = "training rows";
    table.has_header = true;
    table.names = std::move(columns);
    table.names.emplace_back(label_column);
    auto words = std::make_shared<model::Words>();
    for (std::size_t row = 0; row < rows.size(); ++row) {
        check_limits();
        if (rows[row].size() + 1 != table.names.size())
            throw UsageError(
                fmt::format("row {} has {} cells for {} columns", row, rows[row].size(), table.names.size() - 1));
        for (const std::string& cell : rows[row]) table.cells.push_back(words->number_of(cell));
        table.cells.push_back(words->number_of(labels[row]));
        table.lines.push_back(row + 1);
    }
    table.words = std::move(words);
    return table;
}

train::PrepareOptions prepare_options(const TrainingOptions& options, const model::TextTable& table) {
    train::PrepareOptions prepare;
    prepare.label = label_column;
    prepare.ignored = options.ignored;
    prepare.categorical = options.categorical;
    prepare.numbers = encoding_of(options.encoding);
    for (const auto& [column, encoding] : options.column_encodings) prepare.of_column[column] = encoding_of(encoding);
    prepare.levels = options.levels;
    prepare.missing = missing_of(options.missing);
    const auto check = [&](const std::string& name) {
        if (name == label_column || !table.find(name)) throw UsageError(fmt::format("no column is called '{}'", name));
    };
    for (const std::string& name : options.ignored) check(name);
    for (const std::string& name : options.categorical) check(name);
    for (const std::string& name : options.fair) check(name);
    for (const auto& entry : options.column_encodings) check(entry.first);
    for (const auto& entry : options.robust_columns) check(entry.first);
    return prepare;
}

train::Wanted wanted_of(const TrainingOptions& options, const Settings& settings) {
    train::Wanted wanted;
    wanted.hidden = options.hidden;
    for (const std::size_t neurons : wanted.hidden)
        if (neurons == 0 || neurons > 100000) throw UsageError("a layer has 1 to 100000 neurons");
    wanted.zero_weights = options.zero_weights;
    wanted.output = options.sign_outputs ? train::Output::signs : train::Output::argmax;
    wanted.method = options.method == TrainingMethod::exact ? train::Method::exact : train::Method::gradient;
    wanted.objectives.clear();
    for (const TrainingObjective objective : options.objectives) wanted.objectives.push_back(objective_of(objective));
    if (wanted.objectives.empty()) throw UsageError("training wants an objective");
    if (options.rho_of_baseline) wanted.rho = train::Rho{0, true};
    if (options.rho) wanted.rho = train::Rho{share_of(*options.rho), false};
    if (options.rho && options.rho_of_baseline) throw UsageError("rho is a share, or the baseline's");
    wanted.forbid_perfect = options.forbid_perfect;
    wanted.place = options.end_to_end ? train::Robustness::Place::output : train::Robustness::Place::first_layer;
    if (options.robust_epsilon || !options.robust_columns.empty()) {
        train::Robustness robustness;
        robustness.place = wanted.place;
        const auto distance = [](std::int32_t epsilon) {
            if (epsilon < 0 || epsilon > train::largest_feature)
                throw UsageError(fmt::format("features change by 0 to {}, not by {}", train::largest_feature, epsilon));
            return epsilon;
        };
        robustness.epsilon = distance(options.robust_epsilon.value_or(0));
        for (const auto& [column, epsilon] : options.robust_columns) wanted.robust_columns[column] = distance(epsilon);
        if (options.robust_fraction) {
            robustness.demand = train::Robustness::Demand::fraction;
            robustness.fraction = share_of(*options.robust_fraction);
        }
        if (options.robust_soft) robustness.demand = train::Robustness::Demand::soft;
        wanted.robustness = std::move(robustness);
    }
    wanted.fair = options.fair;
    wanted.class_weights = options.class_weights;
    wanted.balanced = options.balanced;
    wanted.gradient = settings.options(train::gradient_option_table(), wanted.gradient);
    if (options.epochs == 0 || options.restarts == 0) throw UsageError("epochs and restarts are 1 at least");
    wanted.gradient.epochs = options.epochs;
    wanted.gradient.restarts = options.restarts;
    return wanted;
}

/// The best so far, for when a limit ends the work in the midst.
class Best : public train::TrainingListener {
  public:
    explicit Best(const TrainingOptions& options) : options_(options) {}
    void improved(const train::Weights& weights, const std::vector<std::int64_t>& values) override {
        weights_ = weights;
        values_ = values;
        if (options_.on_improvement) options_.on_improvement(values);
    }
    void bounded(std::int64_t bound) override {
        bound_ = bound;
        if (options_.on_bound) options_.on_bound(bound);
    }
    using train::TrainingListener::improved;
    void put_into(train::Trained& trained) const {
        if (bound_) trained.result.bound = *bound_;
        if (!weights_) return;
        trained.has_weights = true;
        trained.result.outcome = Outcome::feasible;
        trained.result.weights = *weights_;
        trained.result.values = values_;
    }
    bool has_bound() const { return bound_.has_value(); }

  private:
    const TrainingOptions& options_;
    std::optional<train::Weights> weights_;
    std::vector<std::int64_t> values_;
    std::optional<std::int64_t> bound_;
};

Status status_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::optimum:
            return Status::optimal;
        case Outcome::feasible:
            return Status::feasible;
        case Outcome::unsat:
            return Status::unsatisfiable;
        default:
            return Status::unknown;
    }
}

class Training {
  public:
    Training(const TrainingOptions& options, const Limits& limits)
        : options_(options),
          limits_(limits),
          settings_(options.seed),
          threads_(thread_count(options.threads)),
          best_(options) {
        for (const std::string& text : options.settings) read_setting("settings", text, settings_);
        wanted_ = wanted_of(options, settings_);
    }

    TrainedNetwork run(const std::vector<std::vector<std::string>>& rows, const std::vector<std::string>& labels) {
        bool is_whole = false;  // nothing ended it in the midst
        const auto stopped = [&](StopReason reason) {
            best_.put_into(trained_);
            trained_.result.stopped = reason;
        };
        try {
            const LimitScope scope(limits_);
            read(rows, labels);
            search();
            is_whole = true;
        } catch (const LimitReached& limit) {
            stopped(limit.reason());
        } catch (const std::bad_alloc&) {
            stopped(StopReason::memory);
        }
        return told(is_whole);
    }

  private:
    void read(const std::vector<std::vector<std::string>>& rows, const std::vector<std::string>& labels) {
        const model::TextTable table = table_of(rows, labels, options_.columns);
        const train::PrepareOptions prepare = prepare_options(options_, table);
        train::Fitted fitted = train::prepare(table, prepare);
        preparation_ = std::move(fitted.preparation);
        for (const train::Dropped& dropped : fitted.dropped)
            result_.notes.push_back(fmt::format("{} is left out: {}", dropped.name, dropped.reason));
        for (const auto& [column, cells] : fitted.missing)
            result_.notes.push_back(fmt::format("{} cells of {} have no value", cells, column));
        train::PreparedTable prepared = train::apply(preparation_, table, prepare.missing);
        if (prepared.dropped != 0)
            result_.notes.push_back(fmt::format("{} rows are left out: a value is missing", prepared.dropped));
        const std::vector<std::size_t> counts = train::class_counts(prepared.examples);
        for (std::size_t c = 0; c < counts.size(); ++c)
            if (counts[c] == 0)
                throw InputError({table.file, 0, 0},
                                 fmt::format("no training example is of class '{}'", preparation_.classes[c]),
                                 "an example of each class (rows with missing values may have been left out)");
        const train::Contradictions contradictions = train::contradictions_of(prepared.examples);
        if (contradictions.rows != 0)
            result_.notes.push_back(
                fmt::format("{} examples have features that occur with several labels: at most {} of {} can be right",
                            contradictions.rows, contradictions.most_right, prepared.examples.rows()));
        for (const std::string& name : options_.fair)
            if (preparation_.features_of(name).empty())
                throw InputError({table.file, 0, 0}, fmt::format("no feature is made of column '{}'", name),
                                 "a column that is not constant and was not left out");
        problem_ = train::pose(prepared.examples, preparation_, wanted_, result_.notes);
        result_.examples = problem_.examples.rows();
        result_.features = preparation_.feature_names();
    }

    void search() {
        train::ExactOptions exact;
        exact.settings = settings_;
        exact.threads = threads_;
        if (options_.warm_start) {
            exact.warm_start = train::weights_of(options_.warm_start->data().network);
            if (!train::fits(problem_, *exact.warm_start))
                throw UsageError("the network to begin from has other inputs, layers or weights than this training");
        }
        trained_ = train::train_network(problem_, wanted_, nullptr, false, std::move(exact), limits_, &best_);
        for (const std::string& note : trained_.result.notes) result_.notes.push_back(note);
    }

    TrainedNetwork told(bool is_whole) {
        const train::ExactResult& found = trained_.result;
        result_.status = status_of(found.outcome);
        if (found.stopped != StopReason::none) result_.stopped = to_string(found.stopped);
        if (trained_.has_weights) {
            result_.network = made_binarized(train::to_network(found.weights, preparation_), "the network");
            result_.right = train::count_right(found.weights, problem_.examples, wanted_.output);
            result_.values = found.values;
        }
        const bool has_bound = is_whole || best_.has_bound();
        if (wanted_.method == train::Method::exact && has_bound && found.outcome != Outcome::unsat)
            result_.bound = found.bound;
        result_.proof = found.method;
        result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
        return std::move(result_);
    }

    const TrainingOptions& options_;
    Limits limits_;
    Settings settings_;
    int threads_;
    train::Wanted wanted_;
    train::Preparation preparation_;
    train::Problem problem_;
    Best best_;
    train::Trained trained_;
    TrainedNetwork result_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};
}  // namespace

TrainedNetwork train_binarized(const std::vector<std::vector<std::string>>& rows,
                               const std::vector<std::string>& labels, const TrainingOptions& options) {
    return Training(options, Limits(options.seconds, options.bytes, options.interrupt)).run(rows, labels);
}

}  // namespace sinew
