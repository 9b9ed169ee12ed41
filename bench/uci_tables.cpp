// SPDX-License-Identifier: Apache-2.0
#include "uci_tables.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <stdexcept>

#include "read/dataset/text_table.hpp"
#include "train/split.hpp"

namespace sinew::bench {

namespace {
UciTable german() {
    UciTable table;
    table.name = "German credit";
    table.file = "german_credit/german.data";
    table.names = {"checking_account",
                   "duration",
                   "credit_history",
                   "purpose",
                   "credit_amount",
                   "savings",
                   "employment",
                   "installment_rate",
                   "status_and_sex",
                   "guarantors",
                   "residence_since",
                   "property",
                   "age",
                   "other_plans",
                   "housing",
                   "existing_credits",
                   "job",
                   "dependents",
                   "telephone",
                   "foreign_worker",
                   "credit"};
    table.label = "credit";
    table.reason = "all 20 columns, 13 of codes and 7 of numbers; label 1 is good, 2 is bad";
    table.sensitive = {"age", "status_and_sex"};
    return table;
}

UciTable mushroom() {
    UciTable table;
    table.name = "Mushroom";
    table.file = "mushroom/agaricus-lepiota.data";
    table.names = {"class",
                   "cap-shape",
                   "cap-surface",
                   "cap-color",
                   "bruises",
                   "odor",
                   "gill-attachment",
                   "gill-spacing",
                   "gill-size",
                   "gill-color",
                   "stalk-shape",
                   "stalk-root",
                   "stalk-surface-above-ring",
                   "stalk-surface-below-ring",
                   "stalk-color-above-ring",
                   "stalk-color-below-ring",
                   "veil-type",
                   "veil-color",
                   "ring-number",
                   "ring-type",
                   "spore-print-color",
                   "population",
                   "habitat"};
    table.label = "class";
    table.reason = "all 22 columns, all of codes; 2480 stalk roots are missing, which is a value of their own";
    table.sensitive = {"odor", "spore-print-color"};
    table.has_numbers = false;
    return table;
}

UciTable compas() {
    UciTable table;
    table.name = "COMPAS";
    table.file = "compas/compas-scores-two-years.csv";
    table.label = "two_year_recid";
    table.features = {
        "sex", "age", "race", "juv_fel_count", "juv_misd_count", "juv_other_count", "priors_count", "c_charge_degree"};
    table.reason =
        "what is known when the question is asked; decile scores are another model's answer, is_recid, r_*, vr_*, "
        "event, end and the dates of custody tell of the time after";
    table.sensitive = {"race", "sex"};
    return table;
}

UciTable heart() {
    UciTable table;
    table.name = "Heart";
    table.file = "heart/heart.csv";
    table.label = "target";
    table.reason = "all 13 columns; chest pain, ECG, slope, thal, sex, blood sugar and angina are codes";
    table.categorical = {"cp", "restecg", "slope", "thal", "sex", "fbs", "exang"};
    table.sensitive = {"sex", "age"};
    return table;
}

UciTable breast_cancer() {
    UciTable table;
    table.name = "Breast cancer";
    table.file = "breast_cancer_wisconsin/breast-cancer-wisconsin.data";
    table.names = {"id",          "clump_thickness", "size_uniformity", "shape_uniformity", "adhesion", "cell_size",
                   "bare_nuclei", "chromatin",       "nucleoli",        "mitoses",          "class"};
    table.label = "class";
    table.features = {"clump_thickness", "size_uniformity", "shape_uniformity", "adhesion", "cell_size",
                      "bare_nuclei",     "chromatin",       "nucleoli",         "mitoses"};
    table.reason = "nine grades from 1 to 10, without the patient's number; label 2 is benign, 4 malignant";
    return table;
}

UciTable adult() {
    UciTable table;
    table.name = "Adult";
    table.file = "adult/adult.data";
    table.names = {"age",          "workclass",    "fnlwgt",         "education",      "education_num",
                   "marital",      "occupation",   "relationship",   "race",           "sex",
                   "capital_gain", "capital_loss", "hours_per_week", "native_country", "income"};
    table.label = "income";
    table.features = {"age",  "workclass", "education_num", "marital",      "occupation",    "relationship",
                      "race", "sex",       "capital_gain",  "capital_loss", "hours_per_week"};
    table.reason =
        "without fnlwgt (how many people a row stands for), education (education_num in words) and native_country (41 "
        "words, most of them rare); a quarter of the rows";
    table.sensitive = {"race", "sex"};
    table.share = 0.25;
    table.splits = 1;
    return table;
}

std::string quoted(const std::string& cell) {
    if (cell.find_first_of(",\"\n") == std::string::npos) return cell;
    std::string text = "\"";
    for (const char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
    return text + '"';
}

void write_rows(const model::TextTable& raw, const std::vector<std::size_t>& columns,
                const std::vector<std::size_t>& rows, const std::string& file) {
    std::ofstream out(file);
    const auto line = [&](const auto& cell) {
        for (std::size_t c = 0; c < columns.size(); ++c) out << (c == 0 ? "" : ",") << quoted(cell(columns[c]));
        out << '\n';
    };
    line([&](std::size_t column) { return raw.names[column]; });
    for (const std::size_t row : rows) line([&](std::size_t column) { return raw.cell(row, column); });
    if (!out) throw std::runtime_error("cannot write " + file);
}
}  // namespace

std::vector<UciTable> uci_tables() {
    return {german(), mushroom(), compas(), heart(), breast_cancer(), adult()};
}

model::TextTable read_uci(const UciTable& table, const std::string& folder) {
    const auto header = table.names.empty() ? read::Header::present : read::Header::absent;
    model::TextTable raw = read::read_text_table(folder + '/' + table.file, header, table.label);
    if (!table.names.empty()) {
        if (raw.names.size() != table.names.size()) throw std::runtime_error(table.file + " has other columns");
        raw.names = table.names;
    }
    return raw;
}

UciSplit write_split(const UciTable& table, const model::TextTable& raw, std::uint64_t seed,
                     const std::string& folder) {
    const std::size_t label = raw.find(table.label).value();
    std::vector<std::size_t> columns;
    for (std::size_t c = 0; c < raw.columns(); ++c)
        if (c == label || table.features.empty() ||
            std::find(table.features.begin(), table.features.end(), raw.names[c]) != table.features.end())
            columns.push_back(c);
    std::map<std::string, std::uint32_t> classes;
    train::Examples labels;
    std::vector<std::size_t> all;
    for (std::size_t row = 0; row < raw.rows(); ++row) {
        const auto next = static_cast<std::uint32_t>(classes.size());
        labels.labels.push_back(classes.try_emplace(raw.cell(row, label), next).first->second);
        all.push_back(row);
    }
    labels.classes = classes.size();
    if (table.share < 1) all = train::stratified_split(labels, all, table.share, 0).part;
    const train::Split test = train::stratified_split(labels, all, 0.2, 2 * seed);
    const train::Split validation = train::stratified_split(labels, test.rest, 0.25, 2 * seed + 1);
    const std::array<const std::vector<std::size_t>*, 3> parts{&validation.rest, &validation.part, &test.part};
    std::vector<std::size_t> counts(classes.size(), 0);
    for (const std::size_t row : validation.rest) ++counts[labels.labels[row]];
    const auto most = static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
    UciSplit split;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        split.files[p] = folder + (p == 0 ? "/train.csv" : p == 1 ? "/validation.csv" : "/test.csv");
        split.rows[p] = parts[p]->size();
        for (const std::size_t row : *parts[p]) split.majority[p] += labels.labels[row] == most ? 1 : 0;
        write_rows(raw, columns, *parts[p], split.files[p]);
    }
    return split;
}

}  // namespace sinew::bench
