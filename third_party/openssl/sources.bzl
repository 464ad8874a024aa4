"""What of OpenSSL is compiled, for each processor.

These are the sources that OpenSSL's Configure names for the options of
openssl.BUILD. //third_party:openssl_sources_test compares the two.
"""

def _sources(names):
    """Paths of C files, from their names without the suffix by directory."""
    return [
        "%s/%s.c" % (directory, name)
        for directory, list in names.items()
        for name in list.replace("\n", " ").split(" ")
        if name
    ]

# For every processor.
C_SOURCES = _sources({
    "crypto": """
        asn1_dsa bsearch comp_methods context core_algorithm core_fetch core_namemap
        cpt_err cpuid cryptlib ctype cversion defaults der_writer deterministic_nonce
        ex_data getenv indicator_core info init initthread mem mem_sec o_dir o_fopen
        o_str o_time packet param_build param_build_set params params_dup
        params_from_text params_idx passphrase provider provider_child provider_conf
        provider_core provider_predefined punycode self_test_core sleep sparse_array
        ssl_err threads_pthread time trace uid
    """,
    "crypto/asn1": """
        a_bitstr a_d2i_fp a_digest a_dup a_gentm a_i2d_fp a_int a_mbstr a_object a_octet
        a_print a_sign a_strex a_strnid a_time a_type a_utctm a_utf8 a_verify ameth_lib
        asn1_err asn1_gen asn1_lib asn1_parse asn_moid asn_mstbl asn_pack d2i_pr
        evp_asn1 f_int f_string i2d_evp nsseq p5_pbe p5_pbev2 p8_pkey t_pkey tasn_dec
        tasn_enc tasn_fre tasn_new tasn_prn tasn_typ tasn_utl x_algor x_bignum x_info
        x_int64 x_pkey x_sig x_spki x_val
    """,
    "crypto/async": "async async_err async_wait",
    "crypto/async/arch": "async_null",
    "crypto/bio": """
        bf_buff bf_prefix bf_readbuff bio_dump bio_err bio_lib bio_meth bio_print
        bss_core bss_file bss_mem bss_null ossl_core_bio
    """,
    "crypto/bn": """
        bn_add bn_blind bn_const bn_conv bn_ctx bn_dh bn_div bn_err bn_exp bn_gcd
        bn_intern bn_kron bn_lib bn_mod bn_mont bn_mul bn_nist bn_prime bn_print bn_rand
        bn_recp bn_rsa_fips186_4 bn_shift bn_sqr bn_sqrt bn_word
    """,
    "crypto/buffer": "buf_err buffer",
    "crypto/cmac": "cmac",
    "crypto/conf": "conf_api conf_def conf_err conf_lib conf_mall conf_mod conf_sap conf_ssl",
    "crypto/des": """
        cfb64ede cfb64enc cfb_enc des_enc ecb3_enc ecb_enc ofb64ede ofb64enc set_key
        xcbc_enc
    """,
    "crypto/dh": """
        dh_ameth dh_asn1 dh_backend dh_check dh_err dh_gen dh_group_params dh_kdf dh_key
        dh_lib dh_pmeth
    """,
    "crypto/dso": "dso_err dso_lib dso_openssl",
    "crypto/ec": """
        curve25519 ec_ameth ec_asn1 ec_backend ec_check ec_curve ec_cvt ec_err ec_key
        ec_kmeth ec_lib ec_mult ec_oct ec_pmeth ecdh_kdf ecdh_ossl ecdsa_ossl ecdsa_sign
        ecdsa_vrf eck_prn ecp_mont ecp_nist ecp_nistp224 ecp_nistp256 ecp_nistp384
        ecp_nistp521 ecp_nistputil ecp_oct ecp_smpl ecx_backend ecx_key ecx_meth
    """,
    "crypto/ec/curve448": "curve448 curve448_tables eddsa f_generic scalar",
    "crypto/ec/curve448/arch_64": "f_impl64",
    "crypto/encode_decode": """
        decoder_lib decoder_meth decoder_pkey encoder_lib encoder_meth encoder_pkey
    """,
    "crypto/err": "err err_all err_blocks err_mark err_prn err_save",
    "crypto/ess": "ess_err",
    "crypto/evp": """
        asymcipher bio_enc bio_md c_allc c_alld ctrl_params_translate dh_ctrl dh_support
        digest e_aes e_aes_cbc_hmac_sha1 e_aes_cbc_hmac_sha256 e_chacha20_poly1305 e_des
        e_des3 e_xcbc_d ec_ctrl ec_support encode evp_cnf evp_enc evp_err evp_fetch
        evp_key evp_lib evp_pbe evp_pkey evp_rand evp_utils exchange kdf_lib kdf_meth
        kem keymgmt_lib keymgmt_meth legacy_md5 legacy_md5_sha1 legacy_sha m_null
        m_sigver mac_lib mac_meth names p5_crpt p5_crpt2 p_legacy p_lib p_sign p_verify
        pmeth_check pmeth_gn pmeth_lib s_lib signature skeymgmt_meth
    """,
    "crypto/ffc": """
        ffc_backend ffc_dh ffc_key_generate ffc_key_validate ffc_params
        ffc_params_generate ffc_params_validate
    """,
    "crypto/hashtable": "hashfunc hashtable",
    "crypto/hmac": "hmac",
    "crypto/hpke": "hpke_util",
    "crypto/http": "http_lib",
    "crypto/lhash": "lhash",
    "crypto/md5": "md5_dgst md5_sha1",
    "crypto/ml_kem": "ml_kem",
    "crypto/modes": "cbc128 ccm128 cfb128 ctr128 gcm128 ofb128 wrap128 xts128",
    "crypto/objects": "o_names obj_dat obj_err obj_lib obj_xref",
    "crypto/pem": """
        pem_all pem_err pem_info pem_lib pem_oth pem_pk8 pem_pkey pem_x509 pem_xaux
        pvkfmt
    """,
    "crypto/pkcs12": """
        p12_add p12_asn p12_attr p12_crpt p12_crt p12_decr p12_init p12_key p12_kiss
        p12_mutl p12_p8d p12_p8e p12_sbag p12_utl pk12err
    """,
    "crypto/pkcs7": "pk7_asn1 pk7_attr pk7_doit pk7_lib pkcs7err",
    "crypto/poly1305": "poly1305",
    "crypto/property": """
        defn_cache property property_err property_parse property_query property_string
    """,
    "crypto/rand": "prov_seed rand_err rand_lib rand_pool rand_uniform",
    "crypto/rsa": """
        rsa_ameth rsa_asn1 rsa_backend rsa_chk rsa_crpt rsa_err rsa_gen rsa_lib rsa_mp
        rsa_mp_names rsa_none rsa_oaep rsa_ossl rsa_pk1 rsa_pmeth rsa_pss rsa_saos
        rsa_schemes rsa_sign rsa_sp800_56b_check rsa_sp800_56b_gen rsa_x931
    """,
    "crypto/sha": "sha1_one sha1dgst sha256 sha3 sha512",
    "crypto/stack": "stack",
    "crypto/store": "store_err store_lib store_meth store_result",
    "crypto/ui": "ui_err ui_lib ui_null ui_openssl ui_util",
    "crypto/x509": """
        by_dir by_file by_store pcy_cache pcy_data pcy_lib pcy_map pcy_node pcy_tree
        t_x509 v3_aaa v3_ac_tgt v3_admis v3_akeya v3_akid v3_attrdesc v3_attrmap
        v3_audit_id v3_authattid v3_battcons v3_bcons v3_bitst v3_conf v3_cpols v3_crld
        v3_enum v3_extku v3_genn v3_group_ac v3_ia5 v3_ind_iss v3_info v3_int v3_iobo
        v3_ist v3_lib v3_ncons v3_no_ass v3_no_rev_avail v3_pci v3_pcia v3_pcons v3_pku
        v3_pmaps v3_prn v3_purp v3_rolespec v3_san v3_sda v3_single_use v3_skid
        v3_soa_id v3_sxnet v3_timespec v3_tlsf v3_usernotice v3_utf8 v3_utl v3err
        x509_acert x509_att x509_cmp x509_d2 x509_def x509_err x509_ext x509_lu x509_obj
        x509_req x509_set x509_trust x509_txt x509_v3 x509_vfy x509_vpm x509cset
        x509name x509rset x_all x_attrib x_crl x_exten x_name x_pubkey x_req x_x509
        x_x509a
    """,
    "providers": "baseprov defltprov nullprov prov_running",
    "providers/common": """
        bio_prov capabilities digest_to_nid provider_ctx provider_err provider_seeding
        provider_util securitycheck securitycheck_default
    """,
    "providers/common/der": """
        der_ec_gen der_ec_sig der_ecx_gen der_ecx_key der_rsa_gen der_rsa_key
        der_rsa_sig der_wrap_gen
    """,
    "providers/implementations/asymciphers": "rsa_enc",
    "providers/implementations/ciphers": """
        cipher_aes cipher_aes_cbc_hmac_sha cipher_aes_cbc_hmac_sha1_hw
        cipher_aes_cbc_hmac_sha256_hw cipher_aes_ccm cipher_aes_ccm_hw cipher_aes_gcm
        cipher_aes_gcm_hw cipher_aes_hw cipher_aes_wrp cipher_aes_xts
        cipher_aes_xts_fips cipher_aes_xts_hw cipher_chacha20 cipher_chacha20_hw
        cipher_chacha20_poly1305 cipher_chacha20_poly1305_hw cipher_cts cipher_null
        cipher_tdes cipher_tdes_common cipher_tdes_default cipher_tdes_default_hw
        cipher_tdes_hw cipher_tdes_wrap cipher_tdes_wrap_hw ciphercommon
        ciphercommon_block ciphercommon_ccm ciphercommon_ccm_hw ciphercommon_gcm
        ciphercommon_gcm_hw ciphercommon_hw
    """,
    "providers/implementations/digests": """
        digestcommon md5_prov md5_sha1_prov null_prov sha2_prov sha3_prov
    """,
    "providers/implementations/encode_decode": """
        decode_der2key decode_epki2pki decode_msblob2key decode_pem2der decode_pvk2key
        decode_spki2typespki encode_key2any encode_key2blob encode_key2ms
        encode_key2text endecoder_common ml_common_codecs ml_kem_codecs
    """,
    "providers/implementations/exchange": "dh_exch ecdh_exch ecx_exch kdf_exch",
    "providers/implementations/kdfs": """
        hkdf hmacdrbg_kdf kbkdf krb5kdf pbkdf2 pbkdf2_fips pkcs12kdf sshkdf sskdf
        tls1_prf x942kdf
    """,
    "providers/implementations/kem": "ec_kem ecx_kem kem_util ml_kem_kem mlx_kem rsa_kem",
    "providers/implementations/keymgmt": """
        dh_kmgmt ec_kmgmt ecx_kmgmt kdf_legacy_kmgmt mac_legacy_kmgmt ml_kem_kmgmt
        mlx_kmgmt rsa_kmgmt
    """,
    "providers/implementations/macs": "cmac_prov gmac_prov hmac_prov kmac_prov poly1305_prov",
    "providers/implementations/rands": "drbg drbg_ctr drbg_hash drbg_hmac seed_src test_rng",
    "providers/implementations/rands/seeding": "rand_unix",
    "providers/implementations/signature": "ecdsa_sig eddsa_sig mac_legacy_sig rsa_sig",
    "providers/implementations/skeymgmt": "aes_skmgmt generic",
    "providers/implementations/storemgmt": "file_store file_store_any2obj",
    "ssl": """
        d1_lib d1_msg methods pqueue s3_enc s3_lib s3_msg ssl_asn1 ssl_cert ssl_ciph
        ssl_conf ssl_init ssl_lib ssl_mcnf ssl_rsa ssl_sess ssl_stat t1_enc t1_lib
        tls13_enc tls_depr
    """,
    "ssl/quic": "quic_tls",
    "ssl/record": "rec_layer_d1 rec_layer_s3",
    "ssl/record/methods": """
        dtls_meth ssl3_cbc ssl3_meth tls13_meth tls1_meth tls_common tls_multib tls_pad
        tlsany_meth
    """,
    "ssl/statem": """
        extensions extensions_clnt extensions_cust extensions_srvr statem statem_clnt
        statem_dtls statem_lib statem_srvr
    """,
})

# What Configure names beside them and no program of ours links: not compiled,
# which saves a tenth of OpenSSL's build. What a new version or a new caller
# needs of it, the linker tells by an undefined reference.
UNLINKED_C_SOURCES = _sources({
    "crypto": "ebcdic o_init quic_vlint threads_lib threads_none threads_win",
    "crypto/aes": "aes_cfb aes_ecb aes_misc aes_ofb aes_wrap",
    "crypto/asn1": """
        asn1_item_list asn_mime bio_asn1 bio_ndef d2i_param d2i_pu p5_scrypt t_bitst
        t_spki tasn_scn
    """,
    "crypto/async/arch": "async_posix async_win",
    "crypto/bio": """
        bf_lbuf bf_nbio bf_null bio_addr bio_cb bio_sock bio_sock2 bss_acpt bss_bio
        bss_conn bss_dgram bss_dgram_pair bss_fd bss_log bss_sock
    """,
    "crypto/bn": "bn_exp2 bn_gf2m bn_mpi bn_srp",
    "crypto/des": "cbc_cksm cbc_enc fcrypt fcrypt_b ofb_enc pcbc_enc qud_cksm rand_key str2key",
    "crypto/dh": "dh_meth dh_prn dh_rfc5114",
    "crypto/dso": "dso_dl dso_dlfcn dso_vms dso_win32",
    "crypto/ec": "ec2_oct ec2_smpl ec_deprecated ec_print",
    "crypto/ec/curve448/arch_32": "f_impl32",
    "crypto/encode_decode": "decoder_err encoder_err",
    "crypto/err": "err_all_legacy",
    "crypto/ess": "ess_asn1 ess_lib",
    "crypto/evp": """
        bio_b64 bio_ok cmeth_lib dsa_ctrl e_aria e_bf e_cast e_idea e_null e_rc2 e_rc4
        e_rc4_hmac_md5 e_rc5 e_sm4 p_open p_seal pbe_scrypt
    """,
    "crypto/hpke": "hpke",
    "crypto/kdf": "kdf_err",
    "crypto/lhash": "lh_stats",
    "crypto/md5": "md5_one",
    "crypto/modes": "cts128 ocb128 siv128 xts128gb",
    "crypto/pem": "pem_sign",
    "crypto/pkcs12": "p12_npas",
    "crypto/pkcs7": "bio_pk7 pk7_mime pk7_smime",
    "crypto/rand": "rand_deprecated randfile",
    "crypto/rsa": "rsa_meth rsa_prn",
    "crypto/store": "store_strings",
    "crypto/thread": "api",
    "crypto/thread/arch": "thread_win",
    "crypto/txt_db": "txt_db",
    "crypto/x509": """
        t_acert t_crl t_req v3_addr v3_asid x509_meth x509_r2x x509aset x509spki
        x_ietfatt
    """,
    "providers/common/der": "der_digests_gen der_ec_key",
    "providers/implementations/kdfs": "argon2 scrypt",
    "providers/implementations/rands": "seed_src_jitter",
    "providers/implementations/rands/seeding": "rand_tsc rand_win",
    "ssl": "bio_ssl d1_srtp ssl_cert_comp ssl_err_legacy ssl_txt ssl_utst t1_trce tls_srp",
    "ssl/quic": "quic_tls_api",
    "ssl/rio": "poll_immediate",
})

# Beside these for x86_64.
X86_64_C_SOURCES = _sources({
    "crypto/bn": "rsaz_exp rsaz_exp_x2",
    "crypto/bn/asm": "x86_64-gcc",
    "crypto/ec": "ecp_nistz256",
})

# For aarch64.
AARCH64_C_SOURCES = _sources({
    "crypto": "armcap",
    "crypto/aes": "aes_cbc aes_core",
    "crypto/bn": "bn_asm",
    "crypto/ec": "ecp_nistz256",
    "providers/implementations/rands/seeding": "rand_cpu_arm64",
})

# For others of 64 bits, whose code is all in C.
GENERIC_C_SOURCES = _sources({
    "crypto": "mem_clr",
    "crypto/aes": "aes_cbc aes_core",
    "crypto/bn": "bn_asm",
    "crypto/chacha": "chacha_enc",
    "crypto/sha": "keccak1600",
    "providers/implementations/rands/seeding": "rand_cpu_x86",
})

# Assembly, and the Perl script that writes it.
X86_64_ASSEMBLY = {
    "crypto/aes/aes-x86_64.s": "crypto/aes/asm/aes-x86_64.pl",
    "crypto/aes/aesni-sha1-x86_64.s": "crypto/aes/asm/aesni-sha1-x86_64.pl",
    "crypto/aes/aesni-sha256-x86_64.s": "crypto/aes/asm/aesni-sha256-x86_64.pl",
    "crypto/aes/aesni-x86_64.s": "crypto/aes/asm/aesni-x86_64.pl",
    "crypto/aes/aesni-xts-avx512.s": "crypto/aes/asm/aesni-xts-avx512.pl",
    "crypto/aes/bsaes-x86_64.s": "crypto/aes/asm/bsaes-x86_64.pl",
    "crypto/aes/vpaes-x86_64.s": "crypto/aes/asm/vpaes-x86_64.pl",
    "crypto/bn/rsaz-2k-avx512.s": "crypto/bn/asm/rsaz-2k-avx512.pl",
    "crypto/bn/rsaz-2k-avxifma.s": "crypto/bn/asm/rsaz-2k-avxifma.pl",
    "crypto/bn/rsaz-3k-avx512.s": "crypto/bn/asm/rsaz-3k-avx512.pl",
    "crypto/bn/rsaz-3k-avxifma.s": "crypto/bn/asm/rsaz-3k-avxifma.pl",
    "crypto/bn/rsaz-4k-avx512.s": "crypto/bn/asm/rsaz-4k-avx512.pl",
    "crypto/bn/rsaz-4k-avxifma.s": "crypto/bn/asm/rsaz-4k-avxifma.pl",
    "crypto/bn/rsaz-avx2.s": "crypto/bn/asm/rsaz-avx2.pl",
    "crypto/bn/rsaz-x86_64.s": "crypto/bn/asm/rsaz-x86_64.pl",
    "crypto/bn/x86_64-mont.s": "crypto/bn/asm/x86_64-mont.pl",
    "crypto/bn/x86_64-mont5.s": "crypto/bn/asm/x86_64-mont5.pl",
    "crypto/chacha/chacha-x86_64.s": "crypto/chacha/asm/chacha-x86_64.pl",
    "crypto/ec/ecp_nistz256-x86_64.s": "crypto/ec/asm/ecp_nistz256-x86_64.pl",
    "crypto/ec/x25519-x86_64.s": "crypto/ec/asm/x25519-x86_64.pl",
    "crypto/md5/md5-x86_64.s": "crypto/md5/asm/md5-x86_64.pl",
    "crypto/modes/aesni-gcm-x86_64.s": "crypto/modes/asm/aesni-gcm-x86_64.pl",
    "crypto/modes/ghash-x86_64.s": "crypto/modes/asm/ghash-x86_64.pl",
    "crypto/poly1305/poly1305-x86_64.s": "crypto/poly1305/asm/poly1305-x86_64.pl",
    "crypto/sha/keccak1600-x86_64.s": "crypto/sha/asm/keccak1600-x86_64.pl",
    "crypto/sha/sha1-x86_64.s": "crypto/sha/asm/sha1-x86_64.pl",
    "crypto/sha/sha256-x86_64.s": "crypto/sha/asm/sha512-x86_64.pl",
    "crypto/sha/sha512-x86_64.s": "crypto/sha/asm/sha512-x86_64.pl",
    "crypto/x86_64cpuid.s": "crypto/x86_64cpuid.pl",
}

AARCH64_ASSEMBLY = {
    "crypto/aes/aesv8-armx.S": "crypto/aes/asm/aesv8-armx.pl",
    "crypto/aes/bsaes-armv8.S": "crypto/aes/asm/bsaes-armv8.pl",
    "crypto/aes/vpaes-armv8.S": "crypto/aes/asm/vpaes-armv8.pl",
    "crypto/arm64cpuid.S": "crypto/arm64cpuid.pl",
    "crypto/bn/armv8-mont.S": "crypto/bn/asm/armv8-mont.pl",
    "crypto/chacha/chacha-armv8-sve.S": "crypto/chacha/asm/chacha-armv8-sve.pl",
    "crypto/chacha/chacha-armv8.S": "crypto/chacha/asm/chacha-armv8.pl",
    "crypto/ec/ecp_nistz256-armv8.S": "crypto/ec/asm/ecp_nistz256-armv8.pl",
    "crypto/md5/md5-aarch64.S": "crypto/md5/asm/md5-aarch64.pl",
    "crypto/modes/aes-gcm-armv8-unroll8_64.S": "crypto/modes/asm/aes-gcm-armv8-unroll8_64.pl",
    "crypto/modes/aes-gcm-armv8_64.S": "crypto/modes/asm/aes-gcm-armv8_64.pl",
    "crypto/modes/ghashv8-armx.S": "crypto/modes/asm/ghashv8-armx.pl",
    "crypto/poly1305/poly1305-armv8.S": "crypto/poly1305/asm/poly1305-armv8.pl",
    "crypto/sha/keccak1600-armv8.S": "crypto/sha/asm/keccak1600-armv8.pl",
    "crypto/sha/sha1-armv8.S": "crypto/sha/asm/sha1-armv8.pl",
    "crypto/sha/sha256-armv8.S": "crypto/sha/asm/sha512-armv8.pl",
    "crypto/sha/sha512-armv8.S": "crypto/sha/asm/sha512-armv8.pl",
}

# As UNLINKED_C_SOURCES.
UNLINKED_X86_64_SOURCES = [
    "crypto/aes/aesni-mb-x86_64.s",
    "crypto/bn/x86_64-gf2m.s",
    "crypto/modes/aes-gcm-avx512.s",
    "crypto/sha/sha1-mb-x86_64.s",
    "crypto/sha/sha256-mb-x86_64.s",
    "providers/implementations/rands/seeding/rand_cpu_x86.c",
]

# Macros that make the C files call it.
X86_64_DEFINES = [
    "AES_ASM",
    "BSAES_ASM",
    "ECP_NISTZ256_ASM",
    "GHASH_ASM",
    "KECCAK1600_ASM",
    "MD5_ASM",
    "OPENSSL_BN_ASM_GF2m",
    "OPENSSL_BN_ASM_MONT",
    "OPENSSL_BN_ASM_MONT5",
    "OPENSSL_CPUID_OBJ",
    "OPENSSL_IA32_SSE2",
    "POLY1305_ASM",
    "SHA1_ASM",
    "SHA256_ASM",
    "SHA512_ASM",
    "VPAES_ASM",
    "X25519_ASM",
]

AARCH64_DEFINES = [
    "BSAES_ASM",
    "ECP_NISTZ256_ASM",
    "KECCAK1600_ASM",
    "MD5_ASM",
    "OPENSSL_BN_ASM_MONT",
    "OPENSSL_CPUID_OBJ",
    "POLY1305_ASM",
    "SHA1_ASM",
    "SHA256_ASM",
    "SHA512_ASM",
    "VPAES_ASM",
]
