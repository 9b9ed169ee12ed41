// SPDX-License-Identifier: Apache-2.0
// Every command and engine on something huge ends with its time limit and with Ctrl-C, wherever it is by then: reading,
// building, searching, evaluating, writing. What is measured is the processor time after the limit, which other
// programs on the machine do not lengthen.
#include <csignal>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "support/program.hpp"

namespace {

using support::ProgramOptions;
using support::ProgramResult;
using support::TemporaryFolder;

constexpr double time_limit = 0.5;
constexpr double interrupt_after = 0.3;
/// What is promised after the limit, and what a busy machine may add: start and clock ticks.
constexpr double promised = 0.2 + 0.05 * time_limit;
constexpr double allowance = 0.2;

/// Random numbers that are the same everywhere.
class Numbers {
  public:
    int below(int count) { return static_cast<int>(engine_() % static_cast<unsigned>(count)); }
    int weight() { return below(201) - 100; }

  private:
    std::mt19937 engine_{7};
};

/// As a double has it.
std::string dyadic(int parts) {
    return std::to_string(parts) + "/128";
}

/// A dense network in dnn text: `layers` of `width` neurons over `inputs` inputs, and one output.
std::string network(int inputs, int width, int layers, const std::string& activation, const std::string& domain) {
    Numbers numbers;
    std::string text = "dnn = {\n";
    const auto sum = [&](const std::function<std::string(int)>& name, int count) {
        std::string terms = dyadic(numbers.weight());
        for (int i = 0; i < count; ++i) terms += " + " + dyadic(numbers.weight()) + " " + name(i);
        return terms;
    };
    const auto neuron = [](int layer, int i) { return std::to_string(layer) + "_" + std::to_string(i); };
    for (int l = 0; l < layers; ++l)
        for (int j = 0; j < width; ++j) {
            const auto below = [&](int i) { return l == 0 ? "x" + std::to_string(i) : "n" + neuron(l - 1, i); };
            text += "'a" + neuron(l, j) + "': ['" + sum(below, l == 0 ? inputs : width) + "', '" + activation + "'],\n";
        }
    text += "'y0': '" + sum([&](int i) { return "n" + neuron(layers - 1, i); }, width) + "' }\ndomains = {\n";
    for (int i = 0; i < inputs; ++i) text += "'x" + std::to_string(i) + "': '" + domain + "',\n";
    return text + "}\n";
}

std::string with_condition(std::string text, const std::string& condition) {
    return text + "conditions = { 'out': '" + condition + "' }\n";
}

std::string nested_ite(int depth, const std::string& end) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "(ite (> x 1) 2 ";
    return text + end + std::string(static_cast<std::size_t>(depth), ')');
}

/// Terms that share each other: Boolean structure, numbers and if-then-elses, as programs unrolled have them.
std::string shared_lets(int count) {
    Numbers numbers;
    std::string text =
        "(set-logic QF_LIA)\n(declare-const x0 Int)(declare-const x1 Int)(declare-const b Bool)\n(assert ";
    std::vector<std::string> terms{"x0", "x1"};
    std::vector<std::string> truths{"b"};
    const auto one_of = [&](const std::vector<std::string>& all) {
        const int recent = std::min(static_cast<int>(all.size()), 200);
        return all[all.size() - 1 - static_cast<std::size_t>(numbers.below(recent))];
    };
    for (int i = 0; i < count; ++i) {
        const std::string name = "t" + std::to_string(i);
        const int kind = numbers.below(4);
        text += "(let ((" + name + " ";
        if (kind == 0)
            text += "(ite " + one_of(truths) + " " + one_of(terms) + " " + std::to_string(numbers.below(9)) + ")";
        else if (kind == 1)
            text += "(<= " + one_of(terms) + " " + one_of(terms) + ")";
        else
            text += (kind == 2 ? "(and " : "(or ") + one_of(truths) + " (not " + one_of(truths) + "))";
        text += ")) ";
        (kind == 0 ? terms : truths).push_back(name);
    }
    return text + one_of(truths) + std::string(static_cast<std::size_t>(count), ')') + ")\n(check-sat)\n";
}

/// holes + 1 pigeons, as clauses over numbered literals.
std::string pigeons(int holes, bool pseudo_boolean) {
    std::string text;
    int count = 0;
    const auto sits = [&](int pigeon, int hole) { return std::to_string(pigeon * holes + hole + 1); };
    for (int p = 0; p <= holes; ++p, ++count) {
        for (int h = 0; h < holes; ++h) text += pseudo_boolean ? "+1 x" + sits(p, h) + " " : sits(p, h) + " ";
        text += pseudo_boolean ? ">= 1 ;\n" : "0\n";
    }
    for (int h = 0; h < holes; ++h)
        for (int p = 0; p <= holes; ++p)
            for (int q = 0; q < p; ++q, ++count)
                text += pseudo_boolean ? "-1 x" + sits(p, h) + " -1 x" + sits(q, h) + " >= -1 ;\n"
                                       : "-" + sits(p, h) + " -" + sits(q, h) + " 0\n";
    const std::string sizes[] = {std::to_string((holes + 1) * holes), std::to_string(count)};
    return (pseudo_boolean ? "* #variable= " + sizes[0] + " #constraint= " + sizes[1]
                           : "p cnf " + sizes[0] + " " + sizes[1]) +
           "\n" + text;
}

/// A hard market split: sums of random numbers, half of each.
std::string market_split(int rows, int columns) {
    Numbers numbers;
    std::string text = "min: ";
    for (int i = 0; i < columns; ++i)
        text += "+" + std::to_string(1 + numbers.below(9)) + " x" + std::to_string(i + 1) + " ";
    text += ";\n";
    for (int r = 0; r < rows; ++r) {
        int sum = 0;
        for (int i = 0; i < columns; ++i) {
            const int factor = 1 + numbers.below(99);
            sum += factor;
            text += "+" + std::to_string(factor) + " x" + std::to_string(i + 1) + " ";
        }
        text += "= " + std::to_string(sum / 2) + " ;\n";
    }
    return text;
}

/// Different numbers in fewer values, pair by pair.
std::string pigeons_of_flatzinc(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "var 1.." + std::to_string(count - 1) + ": x" + std::to_string(i) + ";\n";
    for (int i = 0; i < count; ++i)
        for (int j = 0; j < i; ++j)
            text += "constraint int_ne(x" + std::to_string(i) + ", x" + std::to_string(j) + ");\n";
    return text + "solve satisfy;\n";
}

/// A binarized network over bits with a hidden layer, and rows for it.
std::string binarized(int inputs, int neurons, int classes) {
    Numbers numbers;
    std::string text = "input bits " + std::to_string(inputs) + "\n";
    const auto dense = [&](int rows, int columns) {
        text += "dense " + std::to_string(rows) + " {\n";
        for (int r = 0; r < rows; ++r) {
            for (int c = 0; c < columns; ++c) text += numbers.below(2) == 0 ? '+' : '-';
            text += '\n';
        }
        text += "}\n";
    };
    dense(neurons, inputs);
    text += "sign\n";
    dense(neurons, neurons);
    text += "sign\n";
    dense(classes, neurons);
    return text;
}

/// With labels where there are classes.
std::string table(int rows, int columns, int classes) {
    Numbers numbers;
    std::string text;
    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < columns; ++c) text += std::string(c == 0 ? "" : ",") + (numbers.below(2) == 0 ? "0" : "1");
        text += classes == 0 ? "\n" : "," + std::to_string(numbers.below(classes)) + "\n";
    }
    return text;
}

/// Runs sinew with a time limit, or with Ctrl-C instead.
class Limits : public testing::Test {
  protected:
    /// `words` with --timeout, then without it and with SIGINT.
    void expect_prompt(std::vector<std::string> words) {
        words.insert(words.begin(), SINEW_PROGRAM);
        std::vector<std::string> limited = words;
        limited.insert(limited.end(), {"--timeout", std::to_string(time_limit)});
        ProgramOptions options;
        options.kill_after_seconds = 60;
        options.mark_seconds = time_limit;
        check(limited, options);
        options.signal = SIGINT;
        options.signal_after_seconds = interrupt_after;
        options.mark_seconds = interrupt_after;
        check(words, options);
    }

    TemporaryFolder folder_;

  private:
    static void check(const std::vector<std::string>& words, const ProgramOptions& options) {
        std::string line;
        for (const std::string& word : words) line += word + " ";
        SCOPED_TRACE(line + (options.signal != 0 ? "and SIGINT" : ""));
        const ProgramResult result = support::run_program(words, options);
        EXPECT_FALSE(result.out_of_time);
        EXPECT_EQ(result.signal, 0) << result.errors;
        EXPECT_TRUE(result.exit_status == 0 || result.exit_status == 3) << result.exit_status << "\n" << result.errors;
        EXPECT_LT(result.processor_seconds_after_mark, promised + allowance);
    }
};

TEST_F(Limits, verify_with_every_strategy) {
    const std::string relu =
        folder_.write("relu.dnn", with_condition(network(30, 120, 3, "relu", "real [-1, 1]"), "(y0 >= 2000)"));
    for (const char* strategy : {"automatic", "branch_and_bound", "lazy", "textbook"})
        expect_prompt({"verify", "--strategy", strategy, relu});
    const std::string sign =
        folder_.write("sign.dnn", with_condition(network(30, 60, 2, "sign", "real [-1, 1]"), "(y0 >= 20)"));
    expect_prompt({"verify", "--strategy", "binarized", sign});
    const std::string smooth =
        folder_.write("tanh.dnn", with_condition(network(20, 60, 2, "tansig", "real [-1, 1]"), "(y0 >= 15)"));
    expect_prompt({"verify", smooth});
    const std::string integers =
        folder_.write("integers.dnn", with_condition(network(30, 60, 2, "relu", "int [-9, 9]"), "(y0 >= 9000)"));
    expect_prompt({"verify", "--threads", "2", integers});
}

TEST_F(Limits, reading_and_encoding) {
    const std::string ite = nested_ite(400000, "x");
    const std::string script =
        folder_.write("ite.smt2", "(set-logic QF_LRA)(declare-const x Real)(assert (> " + ite + " 0))(check-sat)\n");
    expect_prompt({"solve", script});
    expect_prompt({"info", script});
    expect_prompt({"solve", folder_.write("lets.smt2", shared_lets(100000))});
    const std::string wide =
        folder_.write("wide.dnn", with_condition(network(400, 700, 3, "relu", "real [-1, 1]"), "(y0 >= 1)"));
    expect_prompt({"verify", wide});
    for (const char* format : {"smt2", "dnn", "lp", "vnnlib"})
        expect_prompt({"export", "--to", format, "--out", (folder_.path() / "out").string(), wide});
}

TEST_F(Limits, solve_on_every_format) {
    const std::string cnf = folder_.write("p.cnf", pigeons(12, false));
    expect_prompt({"solve", cnf});
    expect_prompt({"solve", "--drat", (folder_.path() / "p.drat").string(), cnf});
    expect_prompt({"solve", folder_.write("p.opb", market_split(5, 50))});
    expect_prompt({"export", "--to", "cnf", folder_.write("large.opb", pigeons(90, true))});
    expect_prompt({"solve", folder_.write("p.fzn", pigeons_of_flatzinc(14))});
    expect_prompt({"solve", folder_.write("large.fzn", pigeons_of_flatzinc(800))});
}

TEST_F(Limits, check_of_a_long_proof) {
    // Every clause is there already: a proof that takes time and never ends in a contradiction.
    std::string proof;
    for (int i = 0; i < 400000; ++i) proof += "1 2 3 -" + std::to_string(4 + i % 100) + " 0\n";
    std::string formula = "p cnf 104 1\n1 2 3 0\n";
    const std::string file = folder_.write("f.cnf", formula);
    ProgramResult result;
    std::vector<std::string> words{SINEW_PROGRAM, "check", file, folder_.write("f.drat", proof), "--timeout", "0.05"};
    ProgramOptions options;
    options.mark_seconds = 0.05;
    result = support::run_program(words, options);
    EXPECT_TRUE(result.exit_status == 3 || result.exit_status == 2) << result.errors;
    EXPECT_LT(result.processor_seconds_after_mark, promised + allowance);
}

TEST_F(Limits, optimize_over_every_kind) {
    const std::string objective = "objective = 'maximize y0'\n";
    expect_prompt({"optimize", folder_.write("real.dnn", network(20, 60, 2, "relu", "real [-1, 1]") + objective)});
    expect_prompt({"optimize", folder_.write("integer.dnn", network(20, 40, 2, "relu", "int [-9, 9]") + objective)});
    expect_prompt({"optimize", folder_.write("smooth.dnn", network(10, 40, 2, "tansig", "int [-100, 100]") +
                                                               "precision = 100\n" + objective)});
}

TEST_F(Limits, certify_in_every_norm) {
    const std::string net = folder_.write("net.bnn", binarized(400, 300, 10));
    const std::string rows = folder_.write("rows.csv", table(1, 400, 0));
    for (const char* norm : {"inf", "0", "1", "2"}) expect_prompt({"certify", "--norm", norm, "--minimal", net, rows});
    expect_prompt({"certify", "--flips", "40", net, rows});
}

TEST_F(Limits, training_and_evaluating) {
    const std::string rows = folder_.write("rows.csv", table(6000, 400, 10));
    const std::vector<std::string> train{
        "train", rows, "--label", "column 401", "--quiet", "--out", (folder_.path() / "n.npz").string()};
    for (const char* method : {"exact", "gradient"}) {
        std::vector<std::string> words = train;
        words.insert(words.end(), {"--layers", "64", "--objective", "max-accuracy", "--method", method});
        expect_prompt(words);
    }
    const std::string net = folder_.write("net.bnn", binarized(400, 300, 10));
    expect_prompt({"evaluate", net, rows});
    expect_prompt({"evaluate", "--epsilon", "1", "--limit", "1", net, rows});
    expect_prompt({"info", net, rows});
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
