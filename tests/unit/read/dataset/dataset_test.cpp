// SPDX-License-Identifier: Apache-2.0
#include "read/dataset/dataset.hpp"

#include <gtest/gtest.h>
#include <png.h>

#include "base/error.hpp"

using namespace sinew;
using namespace sinew::read;

namespace {
std::string big_endian(std::uint32_t value) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 255U);
    return text;
}
std::string idx(std::initializer_list<std::uint32_t> sizes, const std::string& elements) {
    std::string bytes{0, 0, 8, static_cast<char>(sizes.size())};
    for (const std::uint32_t size : sizes) bytes += big_endian(size);
    return bytes + elements;
}
std::string error_of(const std::string& bytes) {
    try {
        parse_dataset(bytes, "data");
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}
}  // namespace

TEST(DataSet, tables_of_every_separator) {
    for (const char* text :
         {"1,2.5,3\n4,-5,1e1\n", "1;2.5;3\r\n4;-5;10\r\n", "1\t2.5\t3\n\n4\t-5\t10", "1 2.5  3\n4 -5 10 \n",
          "\xef\xbb\xbf"
          "a,b,\"c\"\n1,2.5,3\n4,-5,\"10\"\n"}) {
        const DataSet data = parse_dataset(text, "t.csv");
        ASSERT_EQ(data.columns, 3U) << text;
        ASSERT_EQ(data.rows(), 2U) << text;
        EXPECT_EQ(data.at(0, 1), Rational(5, 2));
        EXPECT_EQ(data.at(1, 1), -5);
        EXPECT_EQ(data.at(1, 2), 10);
    }
    EXPECT_EQ(parse_dataset("a b\n0.1 2\n", "t").at(0, 0), Rational(1, 10));
    EXPECT_EQ(parse_dataset("a b\n0.1 2\n", "t").column_names, (std::vector<std::string>{"a", "b"}));
}

TEST(DataSet, bad_tables_name_the_row) {
    EXPECT_NE(error_of("1,2\n3\n").find("data:2"), std::string::npos);
    EXPECT_NE(error_of("1,2\n3,x\n").find("data:2"), std::string::npos);
    EXPECT_NE(error_of(""), "no error");
    EXPECT_NE(error_of("a,b\n"), "no error");
}

TEST(DataSet, a_header_is_one_by_all_of_its_cells) {
    EXPECT_EQ(parse_dataset("x0,x1\n1,2\n", "t").header.line, 1U);
    EXPECT_EQ(parse_dataset("\n\n,x1\n1,2\n", "t").header.line, 3U) << "a name may be empty";
    EXPECT_EQ(parse_dataset("1x1;1x2\n1;2\n", "t").header.line, 1U);
    EXPECT_EQ(parse_dataset("1,2\n3,4\n", "t").header.line, 0U);
    EXPECT_EQ(parse_dataset("5,6\n", "t").rows(), 1U) << "a table of one row";
    EXPECT_EQ(parse_dataset("\"5\",\"6\"\n1,2\n", "t").rows(), 2U);
    // A damaged example is no header.
    EXPECT_NE(error_of("0,0, l,1\n0,0,0,1\n").find("data:1:6: column 3: 'l' is no number"), std::string::npos);
    EXPECT_NE(error_of("0,,1\n0,0,1\n").find("data:1:3: column 2 is empty"), std::string::npos);
    EXPECT_NE(error_of("0 nan 1\n0 0 1\n").find("column 2: 'nan'"), std::string::npos);
    EXPECT_NE(error_of("nan,NA\n0,1\n").find("column 1: 'nan'"), std::string::npos) << "no name at all";
    EXPECT_NE(error_of("2019,2020,y\n0,0,1\n").find("--header yes"), std::string::npos);
    EXPECT_NE(error_of("0,0\n0,l\n").find("data:2:3"), std::string::npos);
}

TEST(DataSet, headers_that_are_said) {
    const DataSet years = parse_dataset("2019,2020,y\n0,0,1\n", "t", Header::present);
    EXPECT_EQ(years.column_names, (std::vector<std::string>{"2019", "2020", "y"}));
    EXPECT_EQ(years.rows(), 1U);
    EXPECT_EQ(parse_dataset("0,1,2\n5,6,7\n", "t", Header::absent).rows(), 2U);
    EXPECT_THROW(parse_dataset("a,b\n5,6\n", "t", Header::absent), InputError);
    // Numbers of columns may be a header; they are taken for an example, and that is said.
    EXPECT_TRUE(parse_dataset("0,1,2\n5,6,7\n", "t").header.is_doubtful);
    EXPECT_TRUE(parse_dataset("1,2,3\n5,6,7\n", "t").header.is_doubtful);
    EXPECT_FALSE(parse_dataset("1,2,4\n5,6,7\n", "t").header.is_doubtful);
    EXPECT_FALSE(parse_dataset("0,1\n1,0\n", "t").header.is_doubtful);
}

TEST(DataSet, names_are_kept_as_they_are) {
    const std::string name(100, 'n');
    EXPECT_EQ(parse_dataset(name + ",\"a,b\"\n1,2\n", "t").column_names, (std::vector<std::string>{name, "a,b"}));
}

TEST(DataSet, label_column) {
    DataSet data = parse_dataset("x,class,y\n1,0,2\n3,1,4\n", "t.csv");
    EXPECT_EQ(take_label_column(data, 1), (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(data.columns, 2U);
    EXPECT_EQ(data.at(1, 1), 4);
    EXPECT_EQ(data.column_names, (std::vector<std::string>{"x", "y"}));
    DataSet bad = parse_dataset("1,2\n1,-1\n", "t.csv");
    EXPECT_THROW(take_label_column(bad, 1), InputError);
}

TEST(DataSet, idx_images_and_labels) {
    const DataSet data = parse_dataset(idx({2, 2, 3}, "abcdefghijkl"), "images");
    EXPECT_EQ(data.rows(), 2U);
    EXPECT_EQ(data.columns, 6U);
    EXPECT_EQ(data.image_shape, (std::vector<std::size_t>{2, 3, 1}));
    EXPECT_EQ(data.at(1, 0), 'g');
    EXPECT_EQ(parse_labels(idx({3}, std::string{7, 0, 1}), "labels"), (std::vector<std::size_t>{7, 0, 1}));
    EXPECT_EQ(parse_labels("3\n1 2,0\n", "labels"), (std::vector<std::size_t>{3, 1, 2, 0}));
    EXPECT_THROW(parse_labels("3\n-1\n", "labels"), InputError);
    for (const char* label : {"99999999999999999999", "18446744073709551616", "1.0", "+1", "1e1", "0x1", "1000001"})
        EXPECT_THROW(parse_labels(label, "labels"), InputError) << label;
    EXPECT_NE(error_of(idx({2, 2, 3}, "abcdefghijk")), "no error");
    EXPECT_NE(error_of(idx({0xffffffffU, 0xffffffffU, 0xffffffffU}, "a")), "no error");
    EXPECT_NE(error_of(idx({3}, "abc")), "no error");
}

TEST(DataSet, png_images) {
    const unsigned char pixels[6] = {0, 50, 100, 150, 200, 255};
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = 3;
    image.height = 2;
    image.format = PNG_FORMAT_GRAY;
    png_alloc_size_t size = 0;
    ASSERT_NE(png_image_write_to_memory(&image, nullptr, &size, 0, pixels, 0, nullptr), 0);
    std::string bytes(size, '\0');
    ASSERT_NE(png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels, 0, nullptr), 0);
    const DataSet data = parse_dataset(bytes, "a.png");
    EXPECT_EQ(data.image_shape, (std::vector<std::size_t>{2, 3, 1}));
    for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(data.at(0, i), pixels[i]);
    EXPECT_NE(error_of(bytes.substr(0, bytes.size() / 2)), "no error");
}

TEST(DataSet, resizing_is_a_mean_under_triangles) {
    DataSet data = parse_dataset(idx({1, 4, 4}, std::string(16, 'x')), "images");
    resize_images(data, 2, 2);
    EXPECT_EQ(data.columns, 4U);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(data.at(0, i), 'x');
    // One row 0 0 0 100 to two: weights 3 3 1 (of 7) on bytes 0 to 2, and 1 3 3 on bytes 1 to 3.
    DataSet row = parse_dataset(idx({1, 1, 4}, std::string{0, 0, 0, 100}), "images");
    resize_images(row, 1, 2);
    EXPECT_EQ(row.at(0, 0), 0);
    EXPECT_EQ(row.at(0, 1), 43);
}
