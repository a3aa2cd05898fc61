"""Refusals of biometric samples."""

from simulator.errors.tree import SimulatorError


class BiometricsError(SimulatorError):
    """About fingerprint and iris samples."""


class NotASampleError(BiometricsError):
    code, status = "biometrics.not_a_sample", 400
    zh = "生物特征数据格式不正确"
    en = "The bytes are no biometric sample; `problem` says why."


class WrongSampleKindError(BiometricsError):
    code, status = "biometrics.wrong_kind", 400
    zh = "生物特征类型不符"
    en = "The sample is of another kind than the call."


class NoisySampleError(BiometricsError):
    code, status = "biometrics.noisy", 422
    zh = "采集质量不佳，请擦拭采集器后重试"
    en = "The sensor delivered too little to compare."


class SensorTimeoutError(BiometricsError):
    code, status = "biometrics.sensor_timeout", 408
    zh = "采集超时，请重试"
    en = "The sensor reported that nothing was presented in time."


class NotEnrolledError(BiometricsError):
    code, status = "biometrics.not_enrolled", 409
    zh = "尚未录入该生物特征"
    en = "Nothing of this kind is enrolled; enrol with PUT first."


class BiometricsTriesError(BiometricsError):
    code, status = "biometrics.too_many_tries", 429
    zh = "验证次数过多，请稍后再试"
    en = "Too many samples that did not match; wait until the world's clock allows more."


class BiometricsNotOfferedError(BiometricsError):
    code, status = "biometrics.not_offered", 404
    zh = "该平台不支持此生物特征"
    en = "This platform does not offer this kind of biometrics."
