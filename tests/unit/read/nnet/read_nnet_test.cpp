// SPDX-License-Identifier: Apache-2.0
#include "read/nnet/read_nnet.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/evaluate.hpp"

namespace sinew::read {
namespace {
/// Two inputs, three neurons, one output; x0 is normalised by (x - 1)/2, the output by y·4 + 10.
constexpr const char* text =
    "// a network\n//   of two layers\n2,2,1,3,\n2,3,1,\n0,\n-1.0,0.0,\n3.0,1.0,\n1.0,0.0,10.0,\n2.0,1.0,4.0,\n"
    "1.0,1.0,\n1.0,-1.0,\n-2e-1,0.5,\n0.5,\n0,\n-0.1,\n1,-1,2,\n0.25,\n";

std::string replaced(const std::string& from, const std::string& to) {
    std::string changed = text;
    return changed.replace(changed.find(from), from.size(), to);
}

std::string error_of(const std::string& wrong) {
    try {
        parse_nnet(wrong, "n.nnet", NnetValues::network);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

Rational output_at(const NnetNetwork& network, const Rational& a, const Rational& b) {
    const std::vector<Rational> values = model::evaluate(network.query.network, std::vector<Rational>{a, b});
    return values[network.query.outputs.at(0).index()];
}
}  // namespace

TEST(ReadNnet, the_network_itself) {
    const NnetNetwork network = parse_nnet(text, "n.nnet", NnetValues::network);
    // relu(1/2 + 1/2 + 1/2) - relu(0) + 2 relu(-1/10 + 1/4 - 1/10) + 1/4
    EXPECT_EQ(output_at(network, Rational(1, 2), Rational(1, 2)), Rational(3, 2) + Rational(1, 10) + Rational(1, 4));
    ASSERT_EQ(network.query.domains.size(), 2U);
    EXPECT_EQ(network.query.domains[0].second.lower, -1);
    EXPECT_EQ(network.query.domains[0].second.upper, 1);
    EXPECT_EQ(network.query.domains[1].second.upper, 1);
    EXPECT_EQ(network.query.name(network.query.outputs[0]), "y0");
    const model::Layer& neurons = network.query.network.layers()[2];
    EXPECT_EQ(network.query.name(Variable(neurons.first.index() + 1)), "h_2_1");
    ASSERT_EQ(network.notes.size(), 2U);
    EXPECT_NE(network.notes[0].find("(value - mean)/range"), std::string::npos);
}

TEST(ReadNnet, values_of_the_data) {
    const NnetNetwork itself = parse_nnet(text, "n.nnet", NnetValues::network);
    const NnetNetwork data = parse_nnet(text, "n.nnet", NnetValues::data);
    EXPECT_EQ(data.query.domains[0].second.lower, -1);
    EXPECT_EQ(data.query.domains[0].second.upper, 3);
    for (const Rational& x : {Rational(-1), Rational(1, 3), Rational(3)})
        EXPECT_EQ(output_at(data, x, Rational(1, 7)), 4 * output_at(itself, (x - 1) / 2, Rational(1, 7)) + 10);
}

TEST(ReadNnet, without_normalisation_the_two_are_one) {
    const std::string plain = replaced("1.0,0.0,10.0,\n2.0,1.0,4.0,", "0,0,0\r\n1,1.0,1.0");
    const NnetNetwork data = parse_nnet(plain, "n.nnet", NnetValues::data);
    EXPECT_EQ(data.query.network.layer_count(),
              parse_nnet(plain, "n.nnet", NnetValues::network).query.network.layer_count());
    ASSERT_EQ(data.notes.size(), 1U);
    EXPECT_NE(data.notes[0].find("least and greatest"), std::string::npos);
}

TEST(ReadNnet, errors_name_the_line) {
    EXPECT_EQ(error_of(text), "no error");
    EXPECT_NE(error_of(replaced("2,3,1,\n", "2,3,2,\n")).find("n.nnet:4"), std::string::npos);
    EXPECT_NE(error_of(replaced("2.0,1.0,4.0", "0.0,1.0,4.0")).find("n.nnet:9: range 0 is 0"), std::string::npos);
    EXPECT_NE(error_of(replaced("3.0,1.0,\n1.0", "3.0,-1.0,\n1.0")).find("n.nnet:7"), std::string::npos);
    EXPECT_NE(error_of(replaced("1.0,-1.0", "1.0,-1.0,3")).find("n.nnet:11: 3 numbers"), std::string::npos);
    EXPECT_NE(error_of(replaced("1.0,-1.0", "1.0,inf")).find("'inf' is no number"), std::string::npos);
    EXPECT_NE(error_of(replaced("1.0,-1.0", "1.0,1e9999")).find("too large"), std::string::npos);
    EXPECT_NE(error_of(std::string(text) + "3\n").find("goes on"), std::string::npos);
    EXPECT_NE(error_of("99999999,99999999,1,1\n").find("'99999999' is no such number"), std::string::npos);
    const std::string whole = text;
    for (std::size_t size = 0; size + 6 < whole.size(); size += 3)
        EXPECT_NE(error_of(whole.substr(0, size)), "no error") << size;
}
}  // namespace sinew::read
