// SPDX-License-Identifier: Apache-2.0
#include "read/bnn/read_bnn.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "npz_builder.hpp"
#include "read/bnn/array.hpp"

using namespace sinew;
using namespace sinew::read;

namespace {
/// Two inputs, two hidden units, two classes.
npz::Members pytorch() {
    return {{"fc1.weight", npz::array("|i1", "(2, 2)", npz::bytes_of<std::int8_t>({1, -1, 1, 1}))},
            {"fc1.bias", npz::floats("(2,)", {0.5F, -0.25F})},
            {"bn1.weight", npz::floats("(2,)", {1, -2})},
            {"bn1.bias", npz::floats("(2,)", {0, 1})},
            {"bn1.running_mean", npz::floats("(2,)", {0.5F, 0})},
            {"bn1.running_var", npz::floats("(2,)", {1, 4})},
            {"bn1.eps", npz::array("<f8", "()", npz::bytes_of<double>({0}))},
            {"fc2.weight", npz::floats("(2, 2)", {1, 0, -1, 1})},
            {"fc2.bias", npz::floats("(2,)", {0.25F, 0})}};
}

std::string& content(npz::Members& members, const std::string& name) {
    for (auto& [known, value] : members)
        if (known == name) return value;
    throw std::logic_error("no member " + name);
}

std::string error_of(const std::string& bytes) {
    try {
        parse_npz_network(bytes, "net.npz");
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}
std::string error_with(const std::string& name, const std::string& value) {
    npz::Members members = pytorch();
    content(members, name) = value;
    return error_of(npz::archive(members));
}
void expect_mentions(const std::string& text, std::initializer_list<const char*> words) {
    for (const char* word : words) EXPECT_NE(text.find(word), std::string::npos) << text << "\nlacks " << word;
}
}  // namespace

TEST(ReadBinarized, pytorch_names) {
    for (const bool deflate : {true, false}) {
        const model::BinarizedNetwork network = parse_npz_network(npz::archive(pytorch(), deflate), "net.npz");
        EXPECT_EQ(network.input, model::InputKind::signs);
        EXPECT_EQ(network.input_size(), 2U);
        EXPECT_EQ(network.output_size(), 2U);
        EXPECT_EQ(network.weight_count(), 8U);
        // Hidden: sign(x0 - x1 + 1/2 - 1/2), sign(-2 (x0 + x1 - 1/4) / 2 + 1).
        const auto scores = [&](int a, int b) { return model::evaluate(network, std::vector<Rational>{a, b}); };
        EXPECT_EQ(scores(1, 1), (std::vector<Rational>{Rational(5, 4), -2}));
        EXPECT_EQ(scores(-1, 1), (std::vector<Rational>{Rational(-3, 4), 2}));
    }
}

TEST(ReadBinarized, eev_names_with_a_convolution) {
    const npz::Members members{
        {"quant_step", npz::array("<f8", "()", npz::bytes_of<double>({0.61}))},
        {"0_weight", npz::array("|i1", "(1, 1, 2, 2)", npz::bytes_of<std::int8_t>({1, 1, 0, -1}))},
        {"0_bias", npz::floats("(1,)", {-1})},
        {"0_sign", npz::array("|i1", "(1,)", npz::bytes_of<std::int8_t>({-1}))},
        {"0_stride_padding", npz::array("<i8", "(4,)", npz::bytes_of<std::int64_t>({1, 1, 0, 0}))},
        {"1_weight", npz::array("|i1", "(2, 4)", npz::bytes_of<std::int8_t>({1, 1, 1, 1, 0, 1, 0, -1}))}};
    const model::BinarizedNetwork network = parse_npz_network(npz::archive(members), "net.npz");
    EXPECT_EQ(network.input, model::InputKind::unit);
    EXPECT_EQ(network.input_shape, (std::vector<std::size_t>{1, 3, 3}));  // the smallest square that makes 4 of it
    // Rounded to 0, 1, 2; hidden unit = [-(w · q - 1) >= 0].
    const std::vector<Rational> input{0, Rational(1, 2), 1, 0, 0, 0, 0, 0, Rational(1, 4)};
    // q = 0 1 2 / 0 0 0 / 0 0 0: sums 1, 3, 0, 0.
    EXPECT_EQ(model::evaluate(network, input), (std::vector<Rational>{3, -1}));
}

TEST(ReadBinarized, element_types_and_orders) {
    const std::string forward = npz::array("<i2", "(2, 3)", npz::bytes_of<std::int16_t>({1, 2, 3, 4, 5, 6}));
    const std::string fortran = npz::array("<i2", "(2, 3)", npz::bytes_of<std::int16_t>({1, 4, 2, 5, 3, 6}), true);
    const auto a = bnn::read_npy(forward, "a", "a.npy");
    const auto b = bnn::read_npy(fortran, "b", "b.npy");
    ASSERT_EQ(a.size(), 6U);
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_EQ(a.at(i), static_cast<double>(i + 1));
        EXPECT_EQ(b.at(i), static_cast<double>(i + 1));
    }
    EXPECT_EQ(bnn::read_npy(npz::array("|b1", "(2,)", std::string("\0\1", 2)), "a", "").at(1), 1);
    EXPECT_EQ(bnn::read_npy(npz::array("<i8", "()", npz::bytes_of<std::int64_t>({-7})), "a", "").at(0), -7);
    EXPECT_EQ(bnn::read_npy(npz::array("|u1", "(1,)", "\xff"), "a", "").at(0), 255);
    EXPECT_EQ(bnn::read_npy(npz::array("<u4", "(1,)", "\xff\xff\xff\xff"), "a", "").at(0), 4294967295.0);
    EXPECT_EQ(bnn::read_npy(npz::array("<f8", "(1, 1)", npz::bytes_of<double>({0.1})), "a", "").at(0), 0.1);
}

TEST(ReadBinarized, csv_folder) {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "sinew_read_bnn_test";
    std::filesystem::remove_all(folder);
    const auto write = [&](const std::string& name, const std::string& text) {
        std::filesystem::create_directories((folder / name).parent_path());
        std::ofstream(folder / name) << text;
    };
    write("blk1/lin_weight.csv", "1.0,-1.0\n1.0,1.0\n");
    write("blk1/lin_bias.csv", "0.5,-0.25\n");
    write("blk1/bn_weight.csv", "1,-2\n");
    write("blk1/bn_bias.csv", "0,1\n");
    write("blk1/bn_mean.csv", "0.5,0\n");
    write("blk1/bn_var.csv", "1,4\n");
    write("out_blk/lin_weight.csv", "1,0\n-1,1\n");
    write("out_blk/lin_bias.csv", "0.25,0\n");
    const model::BinarizedNetwork network = read_binarized(folder.string());
    EXPECT_EQ(model::evaluate(network, std::vector<Rational>{1, 1}), (std::vector<Rational>{Rational(5, 4), -2}));
    write("blk1/bn_var.csv", "1,0\n");
    EXPECT_THROW(read_binarized(folder.string()), InputError);
    write("blk1/bn_var.csv", "1,x\n");
    EXPECT_THROW(read_binarized(folder.string()), InputError);
    write("blk1/bn_var.csv", "1,1\n1\n");
    EXPECT_THROW(read_binarized(folder.string()), InputError);
    std::filesystem::remove_all(folder);
    EXPECT_THROW(read_binarized(folder.string()), InputError);
}

TEST(ReadBinarized, errors_name_the_array) {
    expect_mentions(error_with("fc2.weight", npz::floats("(2, 2)", {1, 0, -1, 0.5F})),
                    {"fc2.weight", "weight 3 is 0.5"});
    expect_mentions(error_with("fc2.weight", npz::floats("(2, 3)", {1, 0, -1, 1, 1, 1})), {"fc2.weight", "3 columns"});
    expect_mentions(error_with("fc2.weight", npz::floats("(4,)", {1, 0, -1, 1})), {"fc2.weight", "shape 4"});
    expect_mentions(error_with("fc1.bias", npz::floats("(3,)", {1, 0, -1})), {"fc1.bias", "shape 3"});
    expect_mentions(error_with("bn1.running_var", npz::floats("(2,)", {1, 0})), {"bn1.running_var", "channel 1", "0"});
    expect_mentions(error_with("bn1.running_var", npz::floats("(2,)", {1, -1})), {"bn1.running_var", "channel 1"});
    expect_mentions(error_with("bn1.bias", npz::floats("(1,)", {1})), {"bn1.bias", "shape 1"});
    expect_mentions(error_with("fc1.bias", npz::floats("(2,)", {1, std::numeric_limits<float>::infinity()})),
                    {"fc1.bias", "element 1"});
    expect_mentions(error_with("fc1.bias", npz::array("<c8", "(1,)", "12345678")), {"fc1.bias", "<c8"});
    expect_mentions(error_with("fc1.bias", npz::array("<f4", "(2,)", "1234")), {"fc1.bias", "4 bytes"});
    expect_mentions(error_with("fc1.bias", npz::array("<f4", "(99999999999999999999,)", "1234")),
                    {"fc1.bias", "large"});
    expect_mentions(error_with("fc1.bias", "no array at all"), {"fc1.bias", "NumPy"});
    npz::Members members = pytorch();
    content(members, "bn1.running_var") = npz::floats("(2,)", {1, 0});
    expect_mentions(error_of(npz::archive(members)), {"bn1.running_var", "channel 1", "bn1.eps"});
    content(members, "bn1.eps") = npz::floats("(1,)", {0.25F});  // given, it makes zero legal
    EXPECT_EQ(error_of(npz::archive(members)), "no error");
    content(members, "bn1.eps") = npz::floats("(1,)", {-1});
    expect_mentions(error_of(npz::archive(members)), {"bn1"});
    std::erase_if(members, [](const auto& member) { return member.first == "bn1.eps"; });  // only assumed
    expect_mentions(error_of(npz::archive(members)), {"bn1.running_var", "channel 1", "bn1.eps"});
    members = pytorch();
    members.erase(members.begin() + 4);  // the mean
    expect_mentions(error_of(npz::archive(members)), {"bn1", "mean"});
    members = pytorch();
    members.erase(members.begin());
    expect_mentions(error_of(npz::archive(members)), {"fc1", "weight"});
    members = pytorch();
    members.emplace_back("something", npz::floats("(1,)", {1}));
    expect_mentions(error_of(npz::archive(members)), {"something"});
    members = pytorch();
    members.emplace_back("lin1.weight", npz::floats("(1, 2)", {1, 1}));
    expect_mentions(error_of(npz::archive(members)), {"fc1", "lin1", "first"});
}

TEST(ReadBinarized, damaged_archives_are_errors) {
    const std::string whole = npz::archive(pytorch());
    EXPECT_EQ(error_of(whole), "no error");
    for (std::size_t size = 0; size < whole.size(); size += 7) EXPECT_NE(error_of(whole.substr(0, size)), "no error");
    int errors = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
        errors += error_of(damaged) == "no error" ? 0 : 1;  // times, comments and versions may be anything
    }
    EXPECT_GT(errors, static_cast<int>(whole.size()) / 2);
}

TEST(ReadBinarized, a_million_weights_in_less_than_a_second) {
    const npz::Members members{
        {"fc1.weight", npz::array("|i1", "(1000, 1000)", npz::bytes_of(std::vector<std::int8_t>(1000000, 1)))},
        {"fc2.weight", npz::array("|i1", "(10, 1000)", npz::bytes_of(std::vector<std::int8_t>(10000, -1)))}};
    const std::string bytes = npz::archive(members);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(parse_npz_network(bytes, "net.npz").weight_count(), 1010000U);
    EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 1.0);
}

namespace {
/// The bytes of each number the other way round.
std::string turned(std::string bytes, std::size_t size) {
    for (std::size_t at = 0; at < bytes.size(); at += size)
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                     bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
    return bytes;
}
std::vector<double> numbers_of(const std::string& type, const std::string& shape, const std::string& bytes) {
    const bnn::Array array = bnn::read_npy(npz::array(type, shape, bytes), "a", "n.npz");
    std::vector<double> numbers;
    for (std::size_t i = 0; i < array.size(); ++i) numbers.push_back(array.at(i));
    return numbers;
}
}  // namespace

TEST(ReadNpy, big_endian) {
    EXPECT_EQ(numbers_of(">f4", "(2,)", turned(npz::bytes_of<float>({1.5F, -3}), 4)), (std::vector<double>{1.5, -3}));
    EXPECT_EQ(numbers_of(">f8", "(2,)", turned(npz::bytes_of<double>({0.1, 1e300}), 8)),
              (std::vector<double>{0.1, 1e300}));
    EXPECT_EQ(numbers_of(">i2", "(3,)", turned(npz::bytes_of<std::int16_t>({1, -2, 300}), 2)),
              (std::vector<double>{1, -2, 300}));
    EXPECT_EQ(numbers_of(">i8", "(1,)", turned(npz::bytes_of<std::int64_t>({-5}), 8)), (std::vector<double>{-5}));
    EXPECT_EQ(numbers_of("=u4", "(1,)", npz::bytes_of<std::uint32_t>({4000000000U})), (std::vector<double>{4e9}));
    EXPECT_EQ(numbers_of("<u8", "(1,)", npz::bytes_of<std::uint64_t>({std::uint64_t{1} << 53})),
              (std::vector<double>{std::ldexp(1, 53)}));
    EXPECT_THROW(numbers_of("<u8", "(1,)", npz::bytes_of<std::uint64_t>({(std::uint64_t{1} << 53) + 1})), InputError);
    EXPECT_THROW(numbers_of("<c8", "(1,)", npz::bytes_of<double>({1})), InputError);
}

TEST(ReadNpy, float16) {
    // 1, -1/2, 65504, the least normal number, the least number, -0
    const std::vector<std::uint16_t> bits{0x3c00, 0xb800, 0x7bff, 0x0400, 0x0001, 0x8000};
    const std::vector<double> expected{1, -0.5, 65504, std::ldexp(1, -14), std::ldexp(1, -24), 0};
    EXPECT_EQ(numbers_of("<f2", "(6,)", npz::bytes_of(bits)), expected);
    EXPECT_EQ(numbers_of(">f2", "(6,)", turned(npz::bytes_of(bits), 2)), expected);
    for (const int no_number : {0x7c00, 0xfc00, 0x7e00})
        EXPECT_THROW(numbers_of("<f2", "(1,)", npz::bytes_of<std::uint16_t>({static_cast<std::uint16_t>(no_number)})),
                     InputError);
}

TEST(ReadBinarized, weights_of_bool_are_signs_and_told) {
    npz::Members members = pytorch();
    content(members, "fc1.weight") = npz::array("|b1", "(2, 2)", npz::bytes_of<std::int8_t>({1, 0, 1, 1}));
    const model::BinarizedNetwork network = parse_npz_network(npz::archive(members), "net.npz");
    const model::BinarizedNetwork signs = parse_npz_network(npz::archive(pytorch()), "net.npz");
    for (const int a : {-1, 1})
        for (const int b : {-1, 1})
            EXPECT_EQ(model::evaluate(network, std::vector<Rational>{a, b}),
                      model::evaluate(signs, std::vector<Rational>{a, b}));
    ASSERT_EQ(network.notes.size(), 1U);
    EXPECT_NE(network.notes[0].find("'fc1.weight' is of type bool"), std::string::npos);
    EXPECT_TRUE(signs.notes.empty());
}
