import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogContentText from "@mui/material/DialogContentText";
import DialogTitle from "@mui/material/DialogTitle";
import { useConfirm } from "../stores/confirm";

export function ConfirmDialog() {
  const { question, close } = useConfirm();
  return (
    <Dialog open={question !== null} onClose={close} maxWidth="xs">
      <DialogTitle>{question?.title}</DialogTitle>
      <DialogContent>
        <DialogContentText>{question?.body}</DialogContentText>
      </DialogContent>
      <DialogActions>
        <Button onClick={close}>Keep it</Button>
        <Button color="error" variant="contained" onClick={() => { question?.onConfirm(); close(); }}>
          {question?.action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
