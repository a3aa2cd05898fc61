"""Refusals of real-name verification: the uploads, what they show, the register."""

from simulator.errors.tree import SimulatorError


class UploadError(SimulatorError):
    """The uploaded bytes cannot be judged as a picture."""


class NotAnImageError(UploadError):
    code, status = "upload.not_an_image", 400
    zh = "上传的文件不是有效的图片，请重新上传"
    en = "The upload is not a whole JPEG or PNG picture; `problem` says what was found."


class UploadTooLargeError(UploadError):
    code, status = "upload.too_large", 413
    zh = "上传的图片过大"
    en = "The picture is larger than is accepted; `details` have what was measured and the limit."


class UnsupportedImageError(UploadError):
    code, status = "upload.unsupported", 415
    zh = "不支持该图片格式，请上传 JPG 或 PNG 图片"
    en = "This kind of picture is not accepted; send a still JPEG or PNG."


class RealNameError(SimulatorError):
    """About real-name verification."""


class RealNameRequiredError(RealNameError):
    code, status = "real_name.required", 403
    zh = "请先完成实名认证"
    en = "This call needs a verified real name."


class PhotoUnclearError(RealNameError):
    code, status = "real_name.photo_unclear", 422
    zh = "照片不清晰，请重新拍摄上传"
    en = "The photograph is too blurred or too coarse to be read; `measured` has the figures."


class PhotoTooDarkError(RealNameError):
    code, status = "real_name.photo_too_dark", 422
    zh = "照片光线过暗，请调整光线后重新拍摄"
    en = "The photograph of the card is too dark; `measured` has the figures."


class PhotoGlareError(RealNameError):
    code, status = "real_name.photo_glare", 422
    zh = "照片反光严重，请避开光源重新拍摄"
    en = "A reflection covers too much of the card; `measured` has the figures."


class NotAnIdCardError(RealNameError):
    code, status = "real_name.not_an_id_card", 422
    zh = "未识别到身份证，请上传身份证正反面照片"
    en = "This side of an ID card is not in the photograph; `problem` says what was seen."


class IdExpiredError(RealNameError):
    code, status = "real_name.id_expired", 422
    zh = "身份证已过有效期"
    en = "The ID card has expired on the world's clock."


class IdNotFoundError(RealNameError):
    code, status = "real_name.not_found", 422
    zh = "身份信息库中查无此号码"
    en = "The number on the card is nobody's in this world."


class IdMismatchError(RealNameError):
    code, status = "real_name.mismatch", 422
    zh = "姓名与身份证号码不匹配"
    en = "Name, number and birth date on the card do not agree with the register."


class DeceasedError(RealNameError):
    code, status = "real_name.deceased", 422
    zh = "该身份信息状态异常，无法认证"
    en = "The register knows the person on the card as deceased."


class OtherPersonError(RealNameError):
    code, status = "real_name.other_person", 409
    zh = "身份证不是本账号持有人的证件"
    en = "The card belongs to another person than this account."


class AlreadyVerifiedError(RealNameError):
    code, status = "real_name.already_verified", 409
    zh = "该身份已在其他账号完成实名认证"
    en = "The person is verified under another account of this platform."


class IdCardNeededError(RealNameError):
    code, status = "real_name.id_card_needed", 409
    zh = "请先上传身份证照片"
    en = "No accepted ID card waits for a face; upload the card first."


class FaceNotNeededError(RealNameError):
    code, status = "real_name.not_needed", 409
    zh = "已完成实名认证"
    en = "The account is verified; there is nothing to compare a face with."


class FaceMismatchError(RealNameError):
    code, status = "real_name.face_mismatch", 422
    zh = "人脸与身份证照片不一致"
    en = "The face is not the one on the card; `measured` has the score."


class FaceTooDarkError(RealNameError):
    code, status = "real_name.too_dark", 422
    zh = "光线过暗，请到明亮处重试"
    en = "The face is too dark; `measured` has the figures."


class FaceTooBrightError(RealNameError):
    code, status = "real_name.too_bright", 422
    zh = "光线过亮，请避开强光重试"
    en = "The face is over-exposed; `measured` has the figures."


class NoFaceError(RealNameError):
    code, status = "real_name.no_face", 422
    zh = "未检测到人脸，请正对镜头重试"
    en = "No face is in the picture."


class LivenessError(RealNameError):
    code, status = "real_name.liveness_failed", 422
    zh = "活体检测未通过，请按提示完成动作"
    en = "The challenge was not answered: the mouth is not open."


class RealNameDailyLimitError(RealNameError):
    code, status = "real_name.daily_limit", 429
    zh = "今日认证次数已达上限，请明日再试"
    en = "All tries of the day are used up; they return at midnight of the world's clock."
