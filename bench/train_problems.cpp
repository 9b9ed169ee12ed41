// SPDX-License-Identifier: Apache-2.0
#include "train_problems.hpp"

#include "base/error.hpp"
#include "exact/rational.hpp"
#include "read/dataset/dataset.hpp"

namespace sinew::bench {

namespace {
using train::Objective;
using train::Problem;
using train::Robustness;

std::int32_t whole(const Rational& value, const std::string& place) {
    if (value.get_den() != 1)
        throw InputError(SourceLocation{place}, "a number that is not whole", "whole-number features");
    return static_cast<std::int32_t>(value.get_num().get_si());
}

Problem problem_of(train::Examples examples, std::vector<std::size_t> layers, Objective objective, std::size_t least) {
    Problem problem;
    problem.examples = std::move(examples);
    problem.architecture.layers = std::move(layers);
    problem.objectives = {objective};
    problem.least_right = least;
    return problem;
}

/// First-layer robustness against the one-bit neighbours of a file: a row is the example's number, then its features.
Robustness neighbours_of(const std::string& path) {
    const read::DataSet data = read::read_dataset(path);
    Robustness robustness;
    for (std::size_t r = 0; r < data.rows(); ++r) {
        robustness.neighbour_of.push_back(static_cast<std::uint32_t>(whole(data.at(r, 0), data.row_places[r])));
        for (std::size_t c = 1; c < data.columns; ++c)
            robustness.neighbours.push_back(whole(data.at(r, c), data.row_places[r]));
    }
    return robustness;
}

/// The project moves credit_amount by 100 and credit_duration_months by 2.
Robustness german_balls(const std::string& path) {
    const read::DataSet data = read::read_dataset(path);
    Robustness robustness;
    for (const std::string& name : data.column_names) {
        if (name == "credit_rating") continue;
        robustness.epsilons.push_back(name == "credit_amount" ? 100 : name == "credit_duration_months" ? 2 : 0);
    }
    return robustness;
}
}  // namespace

train::Examples read_examples(const std::string& path, std::size_t label_column) {
    read::DataSet data = read::read_dataset(path);
    const std::vector<std::size_t> labels = read::take_label_column(data, label_column);
    train::Examples examples;
    examples.features = data.columns;
    for (std::size_t k = 0; k < data.rows(); ++k) {
        examples.labels.push_back(static_cast<std::uint32_t>(labels[k]));
        for (std::size_t i = 0; i < data.columns; ++i)
            examples.values.push_back(whole(data.at(k, i), data.row_places[k]));
    }
    return examples;
}

std::vector<TrainRow> peer_rows(const std::string& folder) {
    const train::Examples mushroom = read_examples(folder + "/mushroom/train.csv", 0);
    const train::Examples german = read_examples(folder + "/german_credit/train.csv", 0);
    const Robustness neighbours = neighbours_of(folder + "/mushroom/perturbed.csv");
    const Robustness balls = german_balls(folder + "/german_credit/train.csv");
    std::vector<TrainRow> rows;
    const auto add = [&](std::string name, bool is_mushroom, Objective objective, std::size_t least, bool robust,
                         std::string cp, std::string others, std::int64_t mark, std::optional<double> prove = {}) {
        const std::vector<std::size_t> layers{is_mushroom ? std::size_t{2} : std::size_t{5}, 1};
        Problem problem = problem_of(is_mushroom ? mushroom : german, layers, objective, least);
        if (robust) problem.robustness = is_mushroom ? neighbours : balls;
        rows.push_back({std::move(name), std::move(problem), std::move(cp), std::move(others), mark, prove});
    };
    const auto weight = Objective::min_weight;
    const auto margin = Objective::max_margin;
    const auto accuracy = Objective::max_accuracy;
    add("Mushroom, min-weight, all right", true, weight, 50, false, "5, bound 2", "5 proven, 8.8 s", 5, 8.8);
    add("Mushroom, min-weight, > 90 %", true, weight, 46, false, "10", "3 proven, 6.9 s", 3, 6.9);
    add("Mushroom, max-margin, all right", true, margin, 50, false, "45, gap 202 %", "47 proven, 44 s", 47, 44);
    add("Mushroom, robust, min-weight, > 90 %", true, weight, 46, true, "nothing found", "", 70);
    add("Mushroom, robust, min-weight, > 80 %", true, weight, 41, true, "2 proven, 799 s", "", 2, 799);
    add("Mushroom, robust, max-accuracy", true, accuracy, 0, true, "50, 1106 s", "", 50, 1106);
    add("Mushroom, robust, max-margin, > 80 %", true, margin, 41, true, "42, gap 236 %", "", 42);
    add("German, min-weight, > 80 %", false, weight, 199, false, "16, bound 2", "3 proven, 6.7 s", 3, 6.7);
    add("German, max-margin, > 80 %", false, margin, 199, false, "1678, gap 25 %", "nothing found", 1678);
    add("German, max-accuracy", false, accuracy, 0, false, "247, 181 s", "205", 247);
    add("German, robust, min-weight, > 80 %", false, weight, 199, true, "nothing found", "3 proven, 27 s", 3, 27);
    add("German, robust, max-accuracy", false, accuracy, 0, true, "248, 792 s", "198", 248, 792);
    add("German, robust, max-margin", false, margin, 0, true, "516, gap 94 %", "", 516);
    return rows;
}

}  // namespace sinew::bench
