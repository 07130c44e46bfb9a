import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogContentText from "@mui/material/DialogContentText";
import DialogTitle from "@mui/material/DialogTitle";
import { useConfirm } from "../stores/confirm";

export function ConfirmDialog() {
  const { question, open, close } = useConfirm();
  return (
    <Dialog open={open} onClose={close} maxWidth="xs" aria-labelledby="question">
      <DialogTitle id="question">{question?.title}</DialogTitle>
      <DialogContent>
        <DialogContentText>{question?.body}</DialogContentText>
      </DialogContent>
      <DialogActions>
        <Button onClick={close}>{question?.dismiss ?? "Cancel"}</Button>
        <Button
          color={question?.harmless ? "primary" : "error"}
          variant="contained"
          autoFocus={question?.harmless}
          onClick={() => {
            question?.onConfirm();
            close();
          }}>
          {question?.action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
