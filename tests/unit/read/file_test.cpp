// SPDX-License-Identifier: Apache-2.0
#include "read/file.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include "base/error.hpp"

namespace sinew::read {
namespace {

std::string gzip(const std::string& text) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string result(deflateBound(&stream, static_cast<uLong>(text.size())) + 64, '\0');
    std::string input = text;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    return result;
}

class ReadFile : public ::testing::Test {
  protected:
    void SetUp() override {
        path_ = (std::filesystem::temp_directory_path() / ("sinew_file_test_" + std::to_string(getpid()))).string();
    }
    void TearDown() override { std::filesystem::remove_all(path_); }
    void write(const std::string& content) { std::ofstream(path_, std::ios::binary) << content; }
    std::string error(std::size_t limit = largest_file) {
        try {
            read_file(path_, limit);
        } catch (const InputError& caught) {
            std::string text = caught.what();
            return text.substr(text.find(": ") + 2);
        }
        return "no error";
    }
    std::string path_;
};

TEST_F(ReadFile, PlainAndCompressedGiveTheSame) {
    std::string text;
    for (int i = 0; i < 50000; ++i) text += std::to_string(i * 7919 % 1000) + ",";
    write(text);
    EXPECT_EQ(read_file(path_).view(), text);
    write(gzip(text));
    EXPECT_EQ(read_file(path_).view(), text);
    write(gzip(text) + gzip("second member"));
    EXPECT_EQ(read_file(path_).view(), text + "second member");
    write("");
    EXPECT_EQ(read_file(path_).view(), "");
}

TEST_F(ReadFile, ErrorsSayWhatIsWrong) {
    EXPECT_EQ(error(), "the file cannot be opened: No such file or directory");
    std::filesystem::create_directory(path_);
    EXPECT_EQ(error(), "this is a directory (expected a file)");
    std::filesystem::remove(path_);
    write("0123456789");
    EXPECT_EQ(error(9), "the file is larger than 9 bytes");
    const std::string packed = gzip(std::string(100000, 'a') + "tail");
    write(packed.substr(0, packed.size() / 2));
    EXPECT_EQ(error(), "the gzip data ends too early");
    write(packed);
    EXPECT_EQ(error(50000), "the file is larger than 50000 bytes");
    std::string damaged = packed;
    damaged[packed.size() / 2] = static_cast<char>(damaged[packed.size() / 2] ^ 0x55);
    write(damaged);
    EXPECT_EQ(error(), "the gzip data is damaged");
    write(packed + "rubbish after the end");
    EXPECT_EQ(error(), "the gzip data is damaged");
}

TEST_F(ReadFile, ByteOrderMarks) {
    write("\xef\xbb\xbftext");
    EXPECT_EQ(read_text(path_).view(), "text");
    EXPECT_EQ(read_file(path_).view(), "\xef\xbb\xbftext");
    write(gzip("\xef\xbb\xbftext"));
    EXPECT_EQ(read_text(path_).view(), "text");
    write("\xef\xbb\xbf");
    EXPECT_EQ(read_text(path_).view(), "");
    for (const std::string& mark : {std::string("\xff\xfet\0", 4), std::string("\xfe\xff\0t", 4),
                                    std::string("\xff\xfe\0\0t\0\0\0", 8), std::string("\0\0\xfe\xff\0\0\0t", 8)}) {
        write(mark);
        EXPECT_THROW(read_text(path_), InputError);
    }
}

/// What says it is too large is looked through before it is believed (tests/regress/memory_test.cpp measures that it is
/// not kept).
TEST_F(ReadFile, AnnouncedSizes) {
    constexpr std::size_t limit = std::size_t{1} << 20;
    write(gzip(std::string(2 * limit, 'a')));
    EXPECT_EQ(error(limit), "the file is larger than 1048576 bytes");
    std::string damaged = gzip(std::string(limit / 2, 'a'));
    damaged.back() = '\xff';  // the highest byte of its size
    write(damaged);
    EXPECT_EQ(error(limit), "the gzip data is damaged");
}

TEST_F(ReadFile, AnEndlessDeviceStopsAtTheLimit) {
    path_ = "/dev/zero";
    EXPECT_EQ(error(1 << 20), "the file is larger than 1048576 bytes");
    path_ = "";
}

TEST(ReadOnce, another_pipe_at_the_same_place_is_read_anew) {
    int number = -1;
    for (const std::string content : {"first", "second"}) {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        if (number < 0) number = dup(ends[0]);
        ASSERT_EQ(dup2(ends[0], number), number);
        ASSERT_EQ(write(ends[1], content.data(), content.size()), static_cast<ssize_t>(content.size()));
        close(ends[0]);
        close(ends[1]);
        const std::string path = "/dev/fd/" + std::to_string(number);
        EXPECT_EQ(beginning_of(path, 3), content.substr(0, 3));
        EXPECT_EQ(read_file(path).view(), content);
        EXPECT_EQ(read_file(path).view(), content);  // several readers look at it
        ASSERT_TRUE(content_read_once(path));
    }
    close(number);
}

}  // namespace
}  // namespace sinew::read
