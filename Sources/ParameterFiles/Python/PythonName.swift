import Values

/// The names that Python takes for one: it normalises every name with Unicode's NFKC, so that `µ` (the micro
/// sign) is `μ` (the letter), and `xᵢ` is `xi`.
///
/// Letters and signs of Latin, Greek and mathematics are covered. What else NFKC would change (Arabic
/// presentation forms, half-width kana and jamo, and the like) is kept as it is written.
enum PythonName {
  static func normalized(_ name: Text) -> Text {
    guard name.utf8.contains(where: { $0 >= 0x80 }) else { return name }
    var result = ""
    for scalar in name.scalars { result += compatible(scalar) }
    // The only door that the standard library has to NFC.
    return Text(utf8: result._nfcCodeUnits)
  }

  private static func compatible(_ scalar: Unicode.Scalar) -> String {
    func character(_ base: Unicode.Scalar, _ offset: UInt32) -> String {
      Unicode.Scalar(base.value + offset).map { String($0) } ?? String(scalar)
    }
    let code = scalar.value
    switch code {
    case ..<0x80: return String(scalar)
    // Full-width ASCII.
    case 0xFF10...0xFF5A: return character("0", code - 0xFF10)
    // Mathematical letters and digits: alphabets one after another, each in another style.
    case 0x1D400...0x1D6A3:
      let letter = (code - 0x1D400) % 52
      return letter < 26 ? character("A", letter) : character("a", letter - 26)
    case 0x1D6A4: return "ı"
    case 0x1D6A5: return "ȷ"
    case 0x1D6A8...0x1D7C9: return String(greek[Int(code - 0x1D6A8) % greek.count])
    case 0x1D7CA: return "Ϝ"
    case 0x1D7CB: return "ϝ"
    case 0x1D7CE...0x1D7FF: return character("0", (code - 0x1D7CE) % 10)
    default: return single[scalar] ?? String(scalar)
    }
  }

  private static let greek = Array(
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΘΣΤΥΦΧΨΩ∇αβγδεζηθικλμνξοπρςστυφχψω∂εθκφρπ".unicodeScalars)

  /// Characters by themselves: each word is one and what stands for it.
  private static let single: [Unicode.Scalar: String] = {
    var table: [Unicode.Scalar: String] = [:]
    for word in words.unicodeScalars.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if let first = word.first { table[first] = String(String.UnicodeScalarView(word.dropFirst())) }
    }
    return table
  }()

  private static let words = """
    ªa µμ ºo ĲIJ ĳij ĿL· ŀl· ŉʼn ſs ǄDŽ ǅDž ǆdž ǇLJ ǈLj ǉlj ǊNJ ǋNj ǌnj ǱDZ ǲDz ǳdz ʰh ʱɦ ʲj ʳr ʴɹ ʵɻ ʶʁ
    ʷw ʸy ˠɣ ˡl ˢs ˣx ˤʕ ϐβ ϑθ ϒΥ ϓΎ ϔΫ ϕφ ϖπ ϰκ ϱρ ϲς ϴΘ ϵε ϹΣ ᴬA ᴭÆ ᴮB ᴰD ᴱE ᴲƎ ᴳG ᴴH ᴵI ᴶJ ᴷK ᴸL ᴹM
    ᴺN ᴼO ᴽȢ ᴾP ᴿR ᵀT ᵁU ᵂW ᵃa ᵄɐ ᵅɑ ᵆᴂ ᵇb ᵈd ᵉe ᵊə ᵋɛ ᵌɜ ᵍg ᵏk ᵐm ᵑŋ ᵒo ᵓɔ ᵔᴖ ᵕᴗ ᵖp ᵗt ᵘu ᵙᴝ ᵚɯ ᵛv ᵜᴥ
    ᵝβ ᵞγ ᵟδ ᵠφ ᵡχ ᵢi ᵣr ᵤu ᵥv ᵦβ ᵧγ ᵨρ ᵩφ ᵪχ ᵸн ᶛɒ ᶜc ᶝɕ ᶞð ᶟɜ ᶠf ᶡɟ ᶢɡ ᶣɥ ᶤɨ ᶥɩ ᶦɪ ᶧᵻ ᶨʝ ᶩɭ ᶪᶅ ᶫʟ ᶬɱ
    ᶭɰ ᶮɲ ᶯɳ ᶰɴ ᶱɵ ᶲɸ ᶳʂ ᶴʃ ᶵƫ ᶶʉ ᶷʊ ᶸᴜ ᶹʋ ᶺʌ ᶻz ᶼʐ ᶽʑ ᶾʒ ᶿθ ⁱi ⁿn ₐa ₑe ₒo ₓx ₔə ₕh ₖk ₗl ₘm ₙn ₚp ₛs
    ₜt ℂC ℇƐ ℊg ℋH ℌH ℍH ℎh ℏħ ℐI ℑI ℒL ℓl ℕN ℙP ℚQ ℛR ℜR ℝR ℤZ ℨZ ℬB ℭC ℯe ℰE ℱF ℳM ℴo ℵא ℶב ℷג ℸד ℹi
    ℼπ ℽγ ℾΓ ℿΠ ⅅD ⅆd ⅇe ⅈi ⅉj ⅠI ⅡII ⅢIII ⅣIV ⅤV ⅥVI ⅦVII ⅧVIII ⅨIX ⅩX ⅪXI ⅫXII ⅬL ⅭC ⅮD ⅯM ⅰi ⅱii ⅲiii
    ⅳiv ⅴv ⅵvi ⅶvii ⅷviii ⅸix ⅹx ⅺxi ⅻxii ⅼl ⅽc ⅾd ⅿm ⱼj ⱽV ﬀff ﬁfi ﬂfl ﬃffi ﬄffl ﬅst ﬆst
    """
}
