import HTTP
import Hashing
import Testing
import Values

@testable import Remotes

/// The examples of "Authenticating Requests: Using the Authorization Header" in the S3 API reference.
@Suite struct SignatureV4Tests {
  private func signature(
    _ method: String, _ path: String, _ query: [QueryItem] = [],
    _ headers: [(name: String, value: String)] = [], body: String = ""
  ) -> String? {
    let credentials = AWSCredentials(
      accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    let payload = Hexadecimal.encode(SHA256.hash(of: Array(body.utf8)))
    let target = RequestTarget(
      scheme: "https", authority: "examplebucket.s3.amazonaws.com", path: path, query: query)
    let signed = SignatureV4(credentials: credentials, region: "us-east-1", service: "s3").headers(
      for: target, method: method, headers: headers + [("x-amz-content-sha256", payload)], payload: payload,
      at: Moment(seconds: 1_369_353_600))
    return signed.first { $0.name == "Authorization" }?.value
  }

  @Test("GET of an object, with a range")
  func get() {
    #expect(
      signature("GET", "/test.txt", [], [("Range", "bytes=0-9")])
        == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
        + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
  }

  @Test("PUT of an object")
  func put() {
    let found = signature(
      "PUT", "/" + PercentEncoding.path("test$file.text".utf8), [],
      [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
      body: "Welcome to Amazon S3.")
    #expect(
      found?.hasSuffix("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd") == true)
  }

  @Test("GET of a bucket's lifecycle: a name without a value")
  func lifecycle() {
    #expect(
      signature("GET", "/", [QueryItem("lifecycle")])?.hasSuffix(
        "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543") == true)
  }

  @Test("GET of a listing: the query is sorted")
  func listing() {
    #expect(
      signature("GET", "/", [QueryItem("prefix", "J"), QueryItem("max-keys", "2")])?.hasSuffix(
        "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7") == true)
  }

  @Test("a session's token is sent and signed")
  func sessionToken() {
    let credentials = AWSCredentials(accessKey: "a", secretKey: "s", sessionToken: "t")
    let headers = SignatureV4(credentials: credentials, region: "r", service: "s3").headers(
      for: RequestTarget(scheme: "https", authority: "h", path: "/"), method: "GET", headers: [],
      payload: SignatureV4.emptyPayload, at: Moment(seconds: 0))
    #expect(headers.contains { $0.name == "X-Amz-Security-Token" && $0.value == "t" })
    #expect(headers.last?.value.contains("SignedHeaders=host;x-amz-date;x-amz-security-token,") == true)
  }
}
