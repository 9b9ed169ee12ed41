// SPDX-License-Identifier: Apache-2.0
// sinew certify over networks that are not binarized: ladders, critical values, norms, images, limits of single inputs.
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;
using Words = std::vector<std::string>;

/// y0 = |x0 - 1/2| by two ReLUs, y1 = 1/4 + x1 / 10: class 0 where x0 is far from 1/2.
constexpr const char* far_from_half =
    "dnn = { 'a00': 'x0 - 0.5', 'a01': '0.5 - x0', 'y0': 'n00 + n01', 'y1': '0.25 + 0.1x1' }\n";

class CertifyNetworks : public testing::Test {
  protected:
    static ProgramResult sinew(Words words) {
        words.insert(words.begin(), {SINEW_PROGRAM, "certify"});
        return support::run_program(words);
    }
    ProgramResult certify(Words more) const {
        more.insert(more.begin(), {network, data});
        return sinew(std::move(more));
    }
    nlohmann::json json(Words more) const {
        more.emplace_back("--json");
        const ProgramResult result = certify(std::move(more));
        EXPECT_TRUE(result.exit_status == 0 || result.exit_status == 10 || result.exit_status == 3) << result.errors;
        return nlohmann::json::parse(result.output);
    }
    void expect_refused(const Words& more, int exit_status, const std::string& words) const {
        const ProgramResult result = certify(more);
        SCOPED_TRACE(testing::PrintToString(more) + "\n" + result.errors);
        EXPECT_EQ(result.exit_status, exit_status);
        EXPECT_NE(result.errors.find(words), std::string::npos);
    }

    TemporaryFolder folder;
    std::string network = folder.write("net.dnn", far_from_half);
    // The least change that is a violation moves x0 to 3/4 with x1 = 0: by 1/4 in the first row, 3/20 in the second.
    std::string data = folder.write("data.csv", "x0,x1,class\n1,0,0\n0.9,0,0\n0.5,0,0\n");
};

TEST_F(CertifyNetworks, a_ladder_in_one_run) {
    const auto answers = json({"--epsilons", "0.1,0.2,0.3", "--domain", "0,1"});
    const auto& first = answers.at("examples").at(0);
    const char* const expected[] = {"certified", "certified", "falsified"};
    for (std::size_t e = 0; e < 3; ++e) EXPECT_EQ(first.at("epsilons").at(e).at("status"), expected[e]) << e;
    EXPECT_EQ(first.at("epsilons").at(2).at("epsilon"), "3/10");
    EXPECT_EQ(answers.at("examples").at(1).at("epsilons").at(1).at("status"), "falsified");
    EXPECT_EQ(answers.at("examples").at(2).at("epsilons").at(0).at("status"), "wrong");
    EXPECT_EQ(answers.at("examples").at(2).at("status"), "wrong");
    const auto& ladder = answers.at("summary").at("by_epsilon");
    EXPECT_EQ(ladder.at(0).at("certified"), 2);
    EXPECT_EQ(ladder.at(1).at("certified"), 1);
    EXPECT_EQ(ladder.at(2).at("falsified"), 2);
    EXPECT_DOUBLE_EQ(ladder.at(1).at("certified_accuracy").at("upper"), 1.0 / 3);
    const ProgramResult table = certify({"--epsilons", "0.1,0.2,0.3", "--domain", "0,1"});
    EXPECT_NE(table.output.find("ε 0.1"), std::string::npos) << table.output;
}

TEST_F(CertifyNetworks, the_critical_epsilon_lies_between_its_ends) {
    // x1 raises y1: together they meet where 1/2 - e = 1/4 + e/10, at e = 5/22.
    const auto answers = json({"--minimal", "--domain", "0,1", "--precision", "0.001"});
    const auto& first = answers.at("examples").at(0);
    const auto number = [](const nlohmann::json& text) {
        const std::string exact = text.get<std::string>();
        const std::size_t line = exact.find('/');
        return line == std::string::npos ? std::stod(exact)
                                         : std::stod(exact.substr(0, line)) / std::stod(exact.substr(line + 1));
    };
    EXPECT_LE(number(first.at("bound")), 5.0 / 22 + 1e-12);
    EXPECT_GE(number(first.at("distance")), 5.0 / 22 - 1e-12);
    EXPECT_LE(number(first.at("distance")) - number(first.at("bound")), 0.001);
    EXPECT_EQ(answers.at("examples").at(2).at("distance"), "0");  // wrong as it is
    const auto& critical = answers.at("summary").at("critical_epsilon");
    EXPECT_LE(critical.at("median").at("lower"), critical.at("median").at("upper"));
    EXPECT_EQ(first.at("adversarial").size(), 2U);
    EXPECT_EQ(first.at("inputs").at(0), "1");
    // Nothing within 1/10 of the first row.
    const auto near = json({"--minimal", "--domain", "0,1", "--epsilon", "0.1", "--limit", "1"});
    EXPECT_EQ(near.at("examples").at(0).at("status"), "certified");
    EXPECT_EQ(near.at("examples").at(0).at("bound"), "1/10");
}

TEST_F(CertifyNetworks, norms_one_and_two) {
    // With norm one x0 alone moves: by 1/4. The line |x0 - 1/2| = 1/4 + x1/10 is (1/4)/√(1 + 1/100) away in norm two.
    EXPECT_EQ(json({"--norm", "1", "--epsilon", "0.2499", "--limit", "1"}).at("summary").at("certified"), 1);
    EXPECT_EQ(json({"--norm", "1", "--epsilon", "0.2501", "--limit", "1"}).at("summary").at("falsified"), 1);
    EXPECT_EQ(json({"--norm", "2", "--epsilon", "0.24", "--limit", "1"}).at("summary").at("certified"), 1);
    const auto beyond = json({"--norm", "2", "--epsilon", "0.26", "--limit", "1"});
    EXPECT_EQ(beyond.at("summary").at("falsified"), 1);
    EXPECT_TRUE(beyond.at("norm_by_bounds").get<bool>());
    expect_refused({"--flips", "1"}, 2, "norm 0 is for binarized networks");
}

TEST_F(CertifyNetworks, limits_of_single_inputs_and_domains) {
    EXPECT_EQ(json({"--feature-epsilon", "x0=0.24", "--limit", "1"}).at("summary").at("certified"), 1);
    EXPECT_EQ(json({"--feature-epsilon", "x0=0.25", "--limit", "1"}).at("summary").at("falsified"), 1);
    EXPECT_EQ(json({"--epsilon-file", folder.write("e.csv", "0.24,0\n"), "--limit", "1"}).at("summary").at("certified"),
              1);
    EXPECT_EQ(json({"--sensitive", "x1", "--feature-domain", "x1={0,2}", "--limit", "1"}).at("summary").at("certified"),
              1);
    EXPECT_EQ(json({"--sensitive", "x1", "--feature-domain", "x1={0,3}", "--limit", "1"}).at("summary").at("falsified"),
              1);
    EXPECT_EQ(json({"--sensitive", "x1", "--feature-domain", "x1=0,2.4", "--limit", "1"}).at("summary").at("certified"),
              1);
    expect_refused({"--epsilon", "0.1", "--domain", "0,0.5"}, 2,
                   "data.csv:2: input 1 of the example is 1, outside its domain");
    expect_refused({"--minimal"}, 2, "the critical ε needs an end");
    expect_refused({"--epsilon-file", folder.write("short.csv", "0.24\n")}, 2, "one row of 2");
    expect_refused({"--feature-epsilon", "age=1"}, 2, "no column 'age'");
    expect_refused({"--feature-epsilon", "x0"}, 1, "COLUMN=VALUE");
    expect_refused({"--feature-domain", "x0={0.5,1}", "--epsilon", "1"}, 1, "whole numbers");
}

TEST_F(CertifyNetworks, a_normalisation_is_exact) {
    // The network reads (x - 1/2) / (1/2); distances stay in the units of the table.
    const std::string raw = folder.write("raw.csv", "1,0.5\n");
    const Words words{network, raw, "--label", "0", "--mean", "0.5", "--std", "0.5", "--json", "--epsilon"};
    Words inside = words;
    inside.emplace_back("0.113");  // 5/44 = 0.11363…
    EXPECT_EQ(nlohmann::json::parse(sinew(inside).output).at("summary").at("certified"), 1);
    Words outside = words;
    outside.emplace_back("0.114");
    EXPECT_EQ(nlohmann::json::parse(sinew(outside).output).at("summary").at("falsified"), 1);
}

TEST_F(CertifyNetworks, inputs_of_step_networks_are_what_the_text_says) {
    // The class changes at 1/2: certified at ε = 7/10 would be right of whole numbers alone.
    const std::string text = "dnn = { 'a0': ['x0 - 0.5', 'sign'], 'y0': '0 - n0', 'y1': 'n0' }\n";
    const std::string rows = folder.write("rows.csv", "0,0\n3,1\n");
    const std::string parts = folder.write("parts.csv", "-0.25,0\n");
    const auto ask = [&](const std::string& domains, const std::string& examples, const Words& more = {}) {
        Words words{folder.write("steps.dnn", text + domains), examples, "--epsilon", "0.75", "--json"};
        words.insert(words.end(), more.begin(), more.end());
        const ProgramResult result = sinew(words);
        EXPECT_EQ(result.exit_status, 0) << result.errors;
        return nlohmann::json::parse(result.output, nullptr, false).at("examples").at(0).at("status");
    };
    EXPECT_EQ(ask("", rows), "falsified");
    EXPECT_EQ(ask("", parts), "falsified");
    EXPECT_EQ(ask("domains = { 'x0': 'real [0, 5]' }\n", rows), "falsified");
    EXPECT_EQ(ask("domains = { 'x0': 'int [-3, 5]' }\n", rows), "certified");
    EXPECT_EQ(ask("domains = { 'x0': 'int [0, 255]' }\n", rows), "certified");
    EXPECT_EQ(ask("", rows, {"--input", "pixels"}), "certified");
    const ProgramResult evaluated =
        support::run_program({SINEW_PROGRAM, "evaluate", folder.write("steps.dnn", text), rows, "--epsilon", "0.75"});
    EXPECT_EQ(evaluated.exit_status, 2) << evaluated.output;
    EXPECT_NE(evaluated.errors.find("the inputs are reals"), std::string::npos) << evaluated.errors;
}

TEST_F(CertifyNetworks, a_table_of_four_columns_is_no_image) {
    const std::string four = folder.write("four.dnn", "dnn = { 'y0': 'x0 + x1 + x2 + x3', 'y1': '2 + 0x0' }\n");
    const std::string row = folder.write("row.csv", "2,4,6,8\n");
    const auto ask = [&](Words more) {
        more.insert(more.begin(), {four, row, "--label", "0", "--json", "--mean", "1,2,3,4", "--std", "1,2,3,4"});
        return nlohmann::json::parse(sinew(more).output);
    };
    // 1 + 1 + 1 + 1 > 2; a change of e costs e (1 + 1/2 + 1/3 + 1/4) = 25/12 e.
    EXPECT_EQ(ask({"--epsilon", "0.95"}).at("summary").at("certified"), 1);
    const auto beyond = ask({"--epsilon", "0.97"});
    EXPECT_EQ(beyond.at("summary").at("falsified"), 1);
    EXPECT_TRUE(beyond.at("image").is_null());
}

TEST_F(CertifyNetworks, targets_and_the_best_k) {
    const std::string three = folder.write("three.dnn", "dnn = { 'y0': 'x0', 'y1': '0.5 + 0x0', 'y2': '0.2 + 0x0' }\n");
    const std::string one = folder.write("one.csv", "1\n");
    const auto ask = [&](Words more) {
        more.insert(more.begin(), {three, one, "--json", "--domain", "0,1"});
        return nlohmann::json::parse(sinew(more).output).at("examples").at(0).at("status");
    };
    EXPECT_EQ(ask({"--epsilon", "0.6"}), "falsified");
    EXPECT_EQ(ask({"--epsilon", "0.6", "--target", "2"}), "certified");
    EXPECT_EQ(ask({"--epsilon", "0.6", "--top-k", "2"}), "certified");
    EXPECT_EQ(ask({"--epsilon", "0.8", "--top-k", "2"}), "falsified");
    EXPECT_EQ(ask({"--epsilon", "0.5", "--ties-are-safe"}), "certified");
    EXPECT_EQ(ask({"--epsilon", "0.5"}), "falsified");
}

TEST_F(CertifyNetworks, what_makes_no_sense_is_refused) {
    expect_refused({"--epsilon", "-1"}, 2, "radius is -1");
    expect_refused({"--epsilon", "x"}, 1, "--epsilon cannot be 'x'");
    expect_refused({"--epsilons", "0.1,,0.2"}, 1, "--epsilons cannot be ''");
    expect_refused({"--epsilons", "0.1,0.1"}, 1, "a number twice");
    expect_refused({"--epsilon", "0.1", "--epsilons", "0.1"}, 1, "say the same");
    expect_refused({"--epsilon", "0.1", "--precision", "0.1"}, 1, "--precision is of --minimal");
    expect_refused({"--epsilon", "0.1", "--top-k", "2"}, 2, "best 2 of 2 classes");
    expect_refused({"--epsilon", "0.1", "--layout", "abc"}, 1, "chw or hwc");
    expect_refused({"--epsilon", "0.1", "--std", "0"}, 1, "above zero");
    expect_refused({"--epsilon", "0.1", "--mean", "1,2,3"}, 1, "--mean has 3 numbers");
    expect_refused({"--epsilon", "0.1", "--images", "x"}, 2, "the network reads no images");
    expect_refused({"--epsilon", "0.1", "--export", "x.opb"}, 2, "no binarized network");
    expect_refused({"--epsilon", "0.1", "--domain", "1,0"}, 1, "LOW,HIGH");
    const ProgramResult integers =
        sinew({SINEW_SOURCE_DIR "/inputs/dnn/pendulum_controller.dnn", data, "--epsilon", "1"});
    EXPECT_EQ(integers.exit_status, 2);
    EXPECT_NE(integers.errors.find("a precision"), std::string::npos) << integers.errors;
}

TEST_F(CertifyNetworks, a_run_that_is_resumed_knows_the_ladder) {
    const std::string file = (folder.path() / "results.sqlite").string();
    const Words command{"--epsilons", "0.1,0.2", "--domain", "0,1", "--resume", file};
    const ProgramResult first = certify(command);
    const auto rows = [&] {
        const std::string text = support::run_program({SINEW_PROGRAM, "results", "export", file, "--json=-"}).output;
        return nlohmann::json::parse(text).at("runs").at(0).at("rows");
    };
    const nlohmann::json kept = rows();
    EXPECT_EQ(kept[0].at("epsilon"), "1/10");
    EXPECT_EQ(kept[1].at("epsilon"), "1/5");
    const ProgramResult again = certify(command);
    EXPECT_EQ(again.output, first.output);
    EXPECT_EQ(rows(), kept);
    expect_refused({"--epsilons", "0.1,0.3", "--domain", "0,1", "--resume", file}, 2, "another epsilons");
}

TEST_F(CertifyNetworks, sigmoid_networks) {
    const std::string smooth =
        folder.write("smooth.dnn", "dnn = { 'a00': ['x0', 'sigmoid'], 'y0': 'n00', 'y1': '1 - n00' }\n");
    const std::string one = folder.write("one.csv", "2\n");
    const auto ask = [&](const char* epsilon) {
        const ProgramResult result = sinew({smooth, one, "--json", "--epsilon", epsilon});
        return result.output.empty() ? nlohmann::json(result.errors)
                                     : nlohmann::json::parse(result.output).at("examples").at(0).at("status");
    };
    EXPECT_EQ(ask("1.99"), "certified");
    EXPECT_EQ(ask("2.01"), "falsified");
}

TEST_F(CertifyNetworks, images_have_the_size_that_the_network_reads) {
    const auto idx = [&](const std::string& name, char height, char width) {
        const std::string sizes{0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, height, 0, 0, 0, width};
        return folder.write(name, sizes + std::string(6, '\x10'));
    };
    const std::string net = folder.write("net.bnn", "input pixels 1 x 2 x 3\ndense 2 {\n++++++\n------\n}\n");
    const std::string right = idx("right", 2, 3);
    const std::string turned = idx("turned", 3, 2);
    EXPECT_EQ(sinew({net, right, "--epsilon", "1"}).exit_status, 0);
    for (const Words& files : {Words{turned}, Words{right, turned}}) {
        Words words{net};
        words.insert(words.end(), files.begin(), files.end());
        words.insert(words.end(), {"--epsilon", "1"});
        const ProgramResult result = sinew(words);
        EXPECT_EQ(result.exit_status, 2);
        EXPECT_NE(result.errors.find("an image of 3 rows of 2 pixels (expected an image of 2 rows of 3 pixels as"),
                  std::string::npos)
            << result.errors;
    }
}

TEST_F(CertifyNetworks, images_are_told_as_three_pictures) {
    // Four grey pixels: class 0 where the left column is brighter.
    const std::string columns = folder.write("columns.dnn", "dnn = { 'y0': 'x0 + x2', 'y1': 'x1 + x3 + 0.01' }\n");
    const std::string table = folder.write("columns.csv", "0.6,0.5,0.5,0.5\n");
    const std::string images = (folder.path() / "images").string();
    const ProgramResult made = sinew({columns, table, "--label", "0", "--epsilon", "0.1", "--images", images});
    EXPECT_EQ(made.exit_status, 0) << made.errors;
    for (const char* what : {"original", "adversarial", "difference"})
        EXPECT_TRUE(std::filesystem::exists(images + "/0_0_as_1_" + what + ".png")) << what;
    const auto back = nlohmann::json::parse(
        sinew({columns, images + "/0_0_as_1_original.png", "--label", "0", "--epsilon", "0", "--json"}).output);
    EXPECT_EQ(back.at("examples").at(0).at("status"), "certified");
    EXPECT_EQ(back.at("image").at("height"), 2);
}

TEST_F(CertifyNetworks, mnist_images_by_a_network_of_relus) {
    const std::filesystem::path shared = SINEW_SOURCE_DIR "/../shared";
    if (!std::filesystem::exists(shared / "benchmarks/mnistfc")) GTEST_SKIP() << "skipped: no ../shared";
    const auto ask = [&](Words more) {
        more.insert(more.begin(), {(shared / "benchmarks/mnistfc/mnist-net_256x2.onnx").string(),
                                   (shared / "data/mnist/t10k-images-idx3-ubyte.gz").string(), "--labels",
                                   (shared / "data/mnist/t10k-labels-idx1-ubyte.gz").string(), "--json"});
        return nlohmann::json::parse(sinew(more).output);
    };
    const auto ladder = ask({"--epsilons", "0.01,0.03,0.05", "--limit", "5"});
    EXPECT_EQ(ladder.at("summary").at("by_epsilon").at(0).at("certified"), 5);
    EXPECT_EQ(ladder.at("summary").at("unknown"), 0);
    // Each of them alone says the same.
    for (std::size_t e = 0; e < 3; ++e) {
        const char* const epsilons[] = {"0.01", "0.03", "0.05"};
        const auto alone = ask({"--epsilon", epsilons[e], "--limit", "5"});
        for (std::size_t i = 0; i < 5; ++i)
            EXPECT_EQ(alone.at("examples").at(i).at("status"),
                      ladder.at("examples").at(i).at("epsilons").at(e).at("status"))
                << i << " " << e;
    }
    EXPECT_EQ(ladder.at("image").at("height"), 28);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
