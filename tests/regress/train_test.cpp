// SPDX-License-Identifier: Apache-2.0
// sinew train and sinew evaluate as a user meets them, and the whole chain: what training promises, sinew certify
// confirms.
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;
using Words = std::vector<std::string>;
using nlohmann::json;

const std::string berries = SINEW_SOURCE_DIR "/inputs/train/berries.csv";
const std::string berries_test = SINEW_SOURCE_DIR "/inputs/train/berries_test.csv";

ProgramResult sinew(Words words) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words, {});
}

json answer(const Words& words) {
    const ProgramResult result = sinew(words);
    EXPECT_EQ(result.exit_status, 0) << testing::PrintToString(words) << result.errors;
    return result.exit_status == 0 ? json::parse(result.output) : json::object();
}

void expect_refused(const Words& command, int exit_status, const std::string& words) {
    const ProgramResult result = sinew(command);
    SCOPED_TRACE(testing::PrintToString(command) + "\n" + result.errors);
    EXPECT_EQ(result.exit_status, exit_status);
    EXPECT_NE(result.errors.find(words), std::string::npos);
}

TEST(Train, what_training_promises_certification_confirms) {
    const TemporaryFolder folder;
    for (const char* format : {"net.onnx", "net.npz", "net.bnn"}) {
        SCOPED_TRACE(format);
        const std::string net = folder.path() / format;
        const json trained =
            answer({"train",        berries, "--label", "taste",      "--method", "gradient",       "--rho",  "0.8",
                    "--layers",     "4",     "--test",  berries_test, "--robust", "epsilon=1,soft", "--fair", "shine",
                    "--end-to-end", "--out", net,       "--json",     "--quiet"});
        EXPECT_EQ(trained.at("status"), "unknown");  // gradients know nothing of fairness
        EXPECT_GT(trained.at("accuracy").at("train").get<double>(), 0.8);
        for (const auto& [part, file] : {std::pair("train", berries), std::pair("test", berries_test)}) {
            SCOPED_TRACE(part);
            const std::size_t right = trained.at("right").at(part);
            const json same = answer({"certify", net, file, "--epsilon", "0", "--json"});
            EXPECT_EQ(same.at("summary").at("certified"), right);
            EXPECT_EQ(same.at("summary").at("wrong"), trained.at("examples").at(part).get<std::size_t>() - right);
            const json evaluated =
                answer({"evaluate", net, file, "--label", "taste", "--epsilon", "1", "--fair", "shine", "--json"});
            EXPECT_EQ(evaluated.at("confusion").at("test"), trained.at("confusion").at(part));
            EXPECT_EQ(evaluated.at("fairness_violations").at("shine").at("test"),
                      trained.at("fairness_violations").at("shine").at(part));
            const std::size_t right_and_fair = evaluated.at("right_and_fair").at("shine").at("test");
            EXPECT_EQ(right_and_fair, trained.at("right_and_fair").at("shine").at(part).get<std::size_t>());
            EXPECT_GE(right_and_fair + trained.at("fairness_violations").at("shine").at(part).get<std::size_t>(),
                      right);
            EXPECT_EQ(evaluated.at("weights_used"), trained.at("weights_used"));
            // Training's robustness is sufficient, certification is exact.
            const json ball = answer({"certify", net, file, "--epsilon", "1", "--json"});
            EXPECT_EQ(ball.at("summary").at("certified"), evaluated.at("certified").at("test"));
            EXPECT_GE(ball.at("summary").at("certified"), trained.at("robust").at(part));
            // A sensitive column of two values: certification knows the same two; without labels the class must stay.
            std::string rows = support::content_of(file);
            rows.replace(rows.find("taste"), 5, "other");
            const json fair =
                answer({"certify", net, folder.write("unlabelled.csv", rows), "--sensitive", "shine", "--json"});
            EXPECT_EQ(fair.at("summary").at("falsified"), trained.at("fairness_violations").at("shine").at(part));
        }
    }
}

TEST(Train, exact_method_proves_and_its_demands_hold) {
    const TemporaryFolder folder;
    const std::string data = folder.write("and.csv", "a,b,c,y\n1,1,1,1\n1,-1,1,0\n-1,1,1,0\n-1,-1,1,0\n1,1,-1,1\n");
    const std::string net = folder.path() / "net.onnx";
    const std::string result = folder.path() / "result.json";
    const ProgramResult run = sinew({"train", data, "--label", "y", "--layers", "2", "--objective", "min-weight",
                                     "--rho", "1", "--timeout", "30", "--json", result, "--out", net});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    EXPECT_EQ(run.first_line(), "optimal") << run.output;
    const json answer_of_file = json::parse(support::content_of(result));
    EXPECT_EQ(answer_of_file.at("status"), "optimal");
    EXPECT_EQ(answer_of_file.at("objective"), answer_of_file.at("bound"));
    EXPECT_EQ(answer_of_file.at("objective"), answer_of_file.at("weights_used"));
    EXPECT_EQ(answer_of_file.at("accuracy").at("train"), 1.0);
    EXPECT_TRUE(answer_of_file.at("accuracy").at("test").is_null());
    EXPECT_EQ(answer({"certify", net, data, "--epsilon", "0", "--json"}).at("summary").at("certified"), 5);
    // A demand of training is a fact for certification.
    const json robust = answer({"train", data, "--label", "y", "--layers", "2", "--rho", "0.8", "--fair", "b,c",
                                "--timeout", "30", "--out", net, "--json", "--quiet"});
    EXPECT_EQ(robust.at("status"), "optimal");
    for (const char* column : {"b", "c"}) {
        EXPECT_EQ(robust.at("fairness_violations").at(column).at("train"), 0);
        const json fair = answer({"certify", net, data, "--sensitive", column, "--json"});
        EXPECT_EQ(fair.at("summary").at("certified"), robust.at("right").at("train"));
    }
    // The same rows with both labels: not all can be right.
    const std::string contradiction = folder.write("both.csv", "a,y\n1,0\n1,1\n-1,0\n");
    const ProgramResult none = sinew({"train", contradiction, "--label", "y", "--rho", "1", "--timeout", "30"});
    EXPECT_EQ(none.first_line(), "infeasible") << none.output;
    EXPECT_NE(none.output.find("proven: no network of these layers"), std::string::npos) << none.output;
    EXPECT_NE(none.errors.find("no network gets more than 2 of 3 right"), std::string::npos) << none.errors;
}

TEST(Train, epsilon_is_a_distance_between_numbers) {
    const TemporaryFolder folder;
    std::string rows = "colour,size,y\n";
    for (int k = 0; k < 6; ++k) rows += "red," + std::to_string(k) + ",1\nblue," + std::to_string(k) + ",0\n";
    const std::string data = folder.write("words.csv", rows);
    const std::string net = folder.path() / "net.onnx";
    // The word says everything, and no change of the number takes it away.
    const ProgramResult trained = sinew({"train", data, "--label", "y", "--layers", "1", "--rho", "1", "--robust",
                                         "epsilon=3", "--timeout", "30", "--out", net});
    EXPECT_EQ(trained.first_line(), "optimal") << trained.output << trained.errors;
    EXPECT_NE(trained.errors.find("epsilon moves numbers alone, 1 of 2 features"), std::string::npos) << trained.errors;
    EXPECT_NE(trained.output.find("right and robust (epsilon 3; first neurons)  12 (100.00 %)"), std::string::npos)
        << trained.output;
    EXPECT_EQ(answer({"certify", net, data, "--epsilon", "3", "--json"}).at("summary").at("certified"), 12);
    EXPECT_EQ(answer({"evaluate", net, data, "--epsilon", "3", "--json"}).at("certified").at("test"), 12);
    EXPECT_EQ(answer({"certify", net, data, "--flips", "1", "--json"}).at("summary").at("certified"), 0);
    // One column alone; a column of words has no numbers.
    const std::string two = folder.write("two.csv", "a,b,y\n5,1,1\n4,-2,1\n-5,2,0\n-4,-1,0\n");
    const json column = answer({"train", two, "--label", "y", "--layers", "1", "--rho", "1", "--robust", "b=9",
                                "--timeout", "30", "--out", net, "--json", "--quiet"});
    EXPECT_EQ(column.at("robust").at("train"), 4);
    EXPECT_EQ(answer({"evaluate", net, two, "--epsilon", "9", "--sensitive", "b", "--json"}).at("certified").at("test"),
              4);
    EXPECT_EQ(answer({"evaluate", net, two, "--epsilon", "9", "--json"}).at("certified").at("test"), 0);
    expect_refused({"train", data, "--label", "y", "--robust", "colour=1"}, 2, "colour");
    expect_refused({"train", data, "--label", "y", "--robust", "flavour=1"}, 2, "no column 'flavour'");
    expect_refused({"evaluate", net, two, "--sensitive", "b"}, 1, "--epsilon");
    // Without numbers there is no distance.
    const Words words{"train", data, "--label", "y", "--encode", "thermometer", "--rho", "1", "--out", net};
    Words robust = words;
    robust.insert(robust.end(), {"--robust", "epsilon=1"});
    expect_refused(robust, 2, "all features are words or thermometer steps");
    answer({"train", data, "--label", "y", "--encode", "thermometer", "--timeout", "30", "--out", net, "--json", "-q"});
    for (const char* command : {"certify", "evaluate"})
        expect_refused({command, net, data, "--epsilon", "1"}, 2, "is a distance between numbers");
    EXPECT_EQ(answer({"evaluate", net, data, "--epsilon", "0", "--json"}).at("certified").at("test"), 12);
}

TEST(Train, rho_that_contradictions_forbid_is_refuted_at_once) {
    const TemporaryFolder folder;
    std::string rows = "a,b,c,y\n";
    for (int k = 0; k < 3000; ++k) {
        const std::string features =
            std::to_string(k % 97) + ',' + std::to_string(k % 89) + ',' + std::to_string(k % 83) + ',';
        rows += features + (k % 3 == 0 ? "1\n" : "0\n");
    }
    rows += "1,1,1,1\n1,1,1,0\n";
    const std::string data = folder.write("rows.csv", rows);
    const ProgramResult run = sinew({"train", data, "--label", "y", "--rho", "1", "--method", "exact", "--layers", "8",
                                     "--timeout", "10", "--json"});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    const json result = json::parse(run.output);
    EXPECT_EQ(result.at("status"), "infeasible");
    EXPECT_EQ(result.at("proof"), "contradictions");
    EXPECT_TRUE(result.at("objective").is_null());
    EXPECT_LT(result.at("seconds").get<double>(), 9);
}

TEST(Train, an_older_network_is_not_taken_for_the_answer) {
    const TemporaryFolder folder;
    const std::string net = (folder.path() / "net.bnn").string();
    answer({"train", berries, "--label", "taste", "--method", "gradient", "--restarts", "1", "--out", net, "--json=-"});
    const std::string older = support::content_of(net);
    const std::string both = folder.write("both.csv", "a,y\n1,0\n1,1\n-1,0\n");
    const Words impossible{"train", both, "--label", "y", "--rho", "1", "--timeout", "30", "--out", net};
    const ProgramResult none = sinew(impossible);
    EXPECT_EQ(none.exit_status, 3) << "a command that goes on with the network must not";
    EXPECT_EQ(none.first_line(), "infeasible");
    EXPECT_NE(none.output.find("no network is written: " + net + " is an older one"), std::string::npos) << none.output;
    EXPECT_EQ(support::content_of(net), older);
    Words with_json = impossible;
    with_json.emplace_back("--json=-");
    const ProgramResult told = sinew(with_json);
    EXPECT_EQ(told.exit_status, 3);
    EXPECT_TRUE(json::parse(told.output).at("network").is_null());
    EXPECT_NE(told.errors.find("is an older one"), std::string::npos) << told.errors;
    std::filesystem::remove(net);
    const ProgramResult nothing = sinew(impossible);
    EXPECT_EQ(nothing.exit_status, 3);
    EXPECT_NE(nothing.output.find("no network is written: there is no " + net), std::string::npos) << nothing.output;
    EXPECT_FALSE(std::filesystem::exists(net));
    // Without a file to write the proof is an answer like any other.
    EXPECT_EQ(sinew({"train", both, "--label", "y", "--rho", "1", "--timeout", "30"}).exit_status, 0);
}

TEST(Train, repeats_itself_and_begins_from_a_network) {
    const TemporaryFolder folder;
    const std::string net = folder.path() / "net.bnn";
    const std::string again = folder.path() / "again.bnn";
    for (const std::string& out : {net, again})
        answer({"train", berries, "--label", "taste", "--method", "gradient", "--validation-split", "0.2", "--split",
                "20%", "--seed", "3", "--out", out, "--json"});
    EXPECT_EQ(support::content_of(net), support::content_of(again));
    const json warm =
        answer({"train", berries, "--label", "taste", "--method", "gradient", "--warm-start", net, "--validation-split",
                "0.2", "--split", "20%", "--seed", "3", "--epochs", "1", "--restarts", "1", "--json"});
    const json first = answer({"train", berries, "--label", "taste", "--method", "gradient", "--validation-split",
                               "0.2", "--split", "20%", "--seed", "3", "--json"});
    EXPECT_GE(warm.at("right").at("validation"), first.at("right").at("validation"));
    expect_refused({"train", berries, "--label", "taste", "--warm-start", net, "--layers", "3"}, 2, "does not fit");
    // Weights are taken by their places, also where these mean something else: that is said.
    const std::string first_two = folder.write("first.csv", "a,b,y\n1,1,1\n1,-1,1\n-1,1,0\n-1,-1,0\n");
    const std::string other_two = folder.write("other.csv", "c,d,y\n1,1,1\n1,-1,1\n-1,1,0\n-1,-1,0\n");
    answer({"train", first_two, "--label", "y", "--layers", "0", "--timeout", "30", "--out", net, "--json"});
    const Words warm_start{"--label", "y", "--layers", "0", "--timeout", "30", "--warm-start", net};
    for (const auto& [table, is_said] : {std::pair(first_two, false), std::pair(other_two, true)}) {
        Words words{"train", table};
        words.insert(words.end(), warm_start.begin(), warm_start.end());
        const ProgramResult told = sinew(words);
        EXPECT_EQ(told.exit_status, 0) << told.errors;
        EXPECT_EQ(told.errors.find("was trained on other features") != std::string::npos, is_said) << told.errors;
    }
}

TEST(Train, info_tells_the_preparation) {
    const TemporaryFolder folder;
    for (const char* format : {"net.onnx", "net.npz", "net.bnn"}) {
        const std::string net = folder.path() / format;
        const json trained =
            answer({"train", berries, "--label", "taste", "--method", "gradient", "--out", net, "--json"});
        const ProgramResult info = sinew({"info", net});
        EXPECT_NE(info.output.find("label taste (bad, good)"), std::string::npos) << info.output << info.errors;
        EXPECT_NE(info.output.find("colour: colour=black, colour=blue"), std::string::npos) << info.output;
        EXPECT_EQ(info.output.find("slope"), std::string::npos);
        const ProgramResult accuracy = sinew({"info", net, berries});
        EXPECT_NE(accuracy.output.find("accuracy: " + trained.at("right").at("train").dump() + " of 60"),
                  std::string::npos)
            << accuracy.output << accuracy.errors;
    }
}

/// Images of 2 x 2 pixels in MNIST's format, and their labels.
std::pair<std::string, std::string> tiny_images(const TemporaryFolder& folder, std::size_t count) {
    const auto big_endian = [](std::size_t value) {
        std::string bytes(4, '\0');
        for (std::size_t i = 0; i < 4; ++i) bytes[3 - i] = static_cast<char>(value >> (8 * i) & 0xff);
        return bytes;
    };
    std::string images = std::string("\0\0\x08\x03", 4) + big_endian(count) + big_endian(2) + big_endian(2);
    std::string labels = std::string("\0\0\x08\x01", 4) + big_endian(count);
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t digit = k % 3;
        const char pixels[] = {static_cast<char>(digit == 0 ? 90 : 3), static_cast<char>(digit == 1 ? 80 : 2), 7,
                               static_cast<char>(digit == 2 ? 70 : k % 5)};
        images.append(pixels, 4);
        labels += static_cast<char>(digit + 3);
    }
    return {folder.write("images-idx3-ubyte", images), folder.write("labels-idx1-ubyte", labels)};
}

TEST(Train, images) {
    const TemporaryFolder folder;
    const auto [images, labels] = tiny_images(folder, 30);
    const std::string net = folder.path() / "net.onnx";
    const json trained = answer({"train", images, "--labels", labels, "--per-class", "4", "--layers", "4", "--method",
                                 "gradient", "--test", images, "--test-labels", labels, "--out", net, "--json"});
    EXPECT_EQ(trained.at("examples").at("train"), 12);
    EXPECT_EQ(trained.at("classes"), (json{"3", "4", "5"}));
    EXPECT_EQ(trained.at("features").size(), 3U);  // the third pixel never changes
    const json evaluated = answer({"evaluate", net, images, "--labels", labels, "--json"});
    EXPECT_EQ(evaluated.at("confusion").at("test"), trained.at("confusion").at("test"));
    EXPECT_EQ(
        answer({"certify", net, images, "--labels", labels, "--epsilon", "0", "--json"}).at("summary").at("certified"),
        trained.at("right").at("test"));
    const json moved = answer({"train", images, "--labels", labels, "--per-class", "4", "--layers", "0", "--augment",
                               "shift=1", "--output", "signs", "--json"});
    EXPECT_EQ(moved.at("status"), "optimal");
    EXPECT_EQ(moved.at("proof"), "outputs one by one");
    EXPECT_EQ(moved.at("signs_right").at("train"), 12);
    EXPECT_EQ(moved.at("right").at("train"), 12);
    EXPECT_EQ(moved.at("margins").at(0).size(), 3U);
    expect_refused({"train", images, "--labels", labels, "--augment", "turn=1"}, 1, "shift=N");
    expect_refused({"train", berries, "--label", "taste", "--augment", "shift=1"}, 2, "images");
    expect_refused({"train", berries, "--label", "taste", "--output", "sign"}, 1, "argmax or signs");
    expect_refused({"train", images, "--label", "y"}, 2, "--labels");
    expect_refused({"train", images, "--labels", images}, 2, "dimensions");
}

TEST(Train, limits_and_interrupts_keep_the_best) {
    const TemporaryFolder folder;
    const std::string net = folder.path() / "net.bnn";
    support::ProgramOptions options;
    options.signal = SIGINT;
    options.signal_after_seconds = 1;
    const ProgramResult stopped =
        support::run_program({SINEW_PROGRAM, "train", berries, "--label", "taste", "--method", "gradient", "--restarts",
                              "1000000", "--validation-split", "0.2", "--out", net, "--quiet"},
                             options);
    EXPECT_EQ(stopped.exit_status, 0) << stopped.errors;
    EXPECT_EQ(stopped.first_line(), "feasible") << stopped.output << stopped.errors;
    EXPECT_NE(stopped.output.find("stopped: interrupt"), std::string::npos) << stopped.output;
    EXPECT_LT(stopped.seconds, 20);
    EXPECT_TRUE(std::filesystem::exists(net));
    // The exact method, within its time; it may prove its answer before.
    const ProgramResult timed =
        sinew({"train", berries, "--label", "taste", "--layers", "8,8", "--rho", "0.8", "--timeout", "1", "--quiet"});
    EXPECT_TRUE(timed.first_line() == "feasible" || timed.first_line() == "optimal") << timed.output;
    EXPECT_LT(timed.seconds, 20);
}

TEST(Train, evaluates_networks_without_a_preparation) {
    const json figures = answer({"evaluate", SINEW_SOURCE_DIR "/inputs/dnn/binarized.dnn",
                                 SINEW_SOURCE_DIR "/inputs/dnn/binarized.csv", "--json"});
    EXPECT_EQ(figures.at("right").at("test"), 3);
}

TEST(Train, bad_input) {
    const TemporaryFolder folder;
    const auto train = [&](const std::string& data, Words more = {}) {
        Words words{"train", folder.write("bad.csv", data), "--label", "y", "--method", "gradient"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    };
    const std::string good = "a,b,y\n1,2,0\n2,1,1\n3,5,1\n4,1,0\n";
    expect_refused(train(""), 2, "empty");
    expect_refused(train("a,y\n"), 2, "no rows");
    expect_refused(train("y\n1\n0\n"), 2, "one column");
    expect_refused(train("a,y\n1,1\n2,1\n"), 2, "in every row");
    expect_refused(train("a,y\n1,1\nNaN,0\n"), 2, "bad.csv:3");
    expect_refused(train("a,y\n1,1\n2\n"), 2, "bad.csv:3");
    expect_refused(train("a,x\n1,1\n2,0\n"), 2, "no column 'y'");
    expect_refused(train(good, {"--fair", "age"}), 2, "no column 'age'");
    expect_refused(train(good, {"--fair", "y"}), 2, "--fair");
    expect_refused(train(good, {"--test", folder.write("t.csv", "a,b,y\n1,2,7\n")}), 2, "t.csv:2");
    expect_refused(train(good, {"--test", folder.write("u.csv", "a,y\n1,0\n")}), 2, "no column 'b'");
    expect_refused(train(good, {"--robust-set", folder.write("r.csv", "train_row,a,b\n9,1,2\n")}), 2, "r.csv:2");
    expect_refused(train(good, {"--robust-set", folder.write("s.csv", "row,a,b\n1,1,2\n")}), 2, "train_row");
    expect_refused(train("a,y\n1,0\n?,1\n2,0\n", {"--missing", "drop"}), 2, "no training example is of class '1'");
    expect_refused(train("a,y\n1,0\n3,1\n2,0\n4,0\n", {"--split", "0.5", "--seed", "1", "--rho", "2"}), 1, "--rho");
    expect_refused(train(good, {"--out", "/nowhere/net.onnx"}), 4, "cannot be written");
    expect_refused(train(good, {"--out", "net.txt"}), 1, ".onnx");
    expect_refused(train(good, {"--layers", "0,2"}), 1, "--layers");
    expect_refused({"train", berries}, 1, "--label");
    const std::string net = folder.path() / "net.bnn";
    answer({"train", berries, "--label", "taste", "--method", "gradient", "--out", net, "--json"});
    expect_refused({"evaluate", net, berries, "--label", "smell"}, 2, "no column 'smell' (the label)");
    expect_refused({"evaluate", net, berries, "--fair", "smell"}, 2, "no column 'smell'");
    EXPECT_FALSE(std::filesystem::exists("net.txt"));
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
